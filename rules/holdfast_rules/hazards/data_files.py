"""Files (304, 305) as data and document packages read and write them.

Most take a path or a buffer: with `io.BytesIO` and its like they are clean. The writers of data frames return text when
given no path, hence `WithArgument`. Reading from a database is in `database`.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import ON_PATH, calls, clients, connections
from holdfast_rules.hazards.files import opener
from holdfast_rules.hazards.hazard import Hazard, WithArgument

_PANDAS = (
    *calls(
        Effect.FILE_READ,
        "pandas",
        "read_csv read_excel read_json read_parquet read_feather read_hdf read_orc read_pickle read_fwf read_table"
        " read_xml read_sas read_spss read_stata read_html ExcelFile HDFStore",
        when=ON_PATH,
    ),
    *calls(Effect.FILE_READ, "pandas", "read_clipboard"),
    *calls(Effect.FILE_WRITE, "pandas", "ExcelWriter", when=ON_PATH),
    *calls(
        Effect.FILE_WRITE,
        "pandas",
        "DataFrame.to_csv Series.to_csv DataFrame.to_json Series.to_json",
        when=WithArgument(0, "path_or_buf"),
    ),
    *calls(Effect.FILE_WRITE, "pandas", "DataFrame.to_parquet DataFrame.to_orc", when=WithArgument(0, "path")),
    *calls(Effect.FILE_WRITE, "pandas", "DataFrame.to_html DataFrame.to_markdown", when=WithArgument(0, "buf")),
    *calls(Effect.FILE_WRITE, "pandas", "DataFrame.to_latex", when=WithArgument(0, "buf")),
    *calls(Effect.FILE_WRITE, "pandas", "DataFrame.to_xml", when=WithArgument(0, "path_or_buffer")),
    *calls(
        Effect.FILE_WRITE,
        "pandas",
        "DataFrame.to_excel Series.to_excel DataFrame.to_pickle Series.to_pickle DataFrame.to_feather DataFrame.to_hdf"
        " DataFrame.to_stata DataFrame.to_clipboard",
        when=ON_PATH,
    ),
)

_FRAMES = (
    *calls(
        Effect.FILE_READ,
        "polars",
        "read_csv read_parquet read_json read_ndjson read_excel read_ipc read_avro read_ods read_delta scan_csv"
        " scan_parquet scan_ndjson scan_ipc scan_delta",
        when=ON_PATH,
    ),
    *calls(Effect.FILE_WRITE, "polars", "DataFrame.write_csv DataFrame.write_json", when=WithArgument(0, "file")),
    *calls(
        Effect.FILE_WRITE,
        "polars",
        "DataFrame.write_parquet DataFrame.write_excel DataFrame.write_ipc DataFrame.write_delta LazyFrame.sink_csv"
        " LazyFrame.sink_parquet",
        when=ON_PATH,
    ),
    *calls(Effect.FILE_READ, "numpy", "load loadtxt genfromtxt fromfile memmap", when=ON_PATH),
    *calls(Effect.FILE_WRITE, "numpy", "save savez savez_compressed savetxt ndarray.tofile", when=ON_PATH),
    *calls(Effect.FILE_READ, "joblib", "load", when=ON_PATH),
    *calls(Effect.FILE_WRITE, "joblib", "dump"),
    *clients(Effect.FILE_WRITE, "joblib", "Memory"),
    *calls(Effect.FILE_READ, "torch", "load", when=ON_PATH),
    *calls(Effect.FILE_WRITE, "torch", "save"),
    *calls(Effect.FILE_READ, "pyarrow", "parquet.read_table csv.read_csv feather.read_table", when=ON_PATH),
    *calls(Effect.FILE_WRITE, "pyarrow", "parquet.write_table csv.write_csv feather.write_feather"),
    *opener("h5py", "File", 1),
    *calls(Effect.FILE_READ, "", "geopandas.read_file xarray.open_dataset netCDF4.Dataset"),
    *calls(Effect.NETWORK, "datasets", "load_dataset"),
)

_DOCUMENTS = (
    *calls(Effect.FILE_READ, "PIL.Image", "open", when=ON_PATH),
    *calls(Effect.FILE_WRITE, "PIL.Image", "Image.save", when=ON_PATH),
    *calls(Effect.FILE_READ, "cv2", "imread VideoCapture"),
    *calls(Effect.FILE_WRITE, "cv2", "imwrite VideoWriter"),
    *calls(Effect.FILE_READ, "", "imageio.imread skimage.io.imread soundfile.read librosa.load"),
    *calls(Effect.FILE_WRITE, "", "imageio.imwrite skimage.io.imsave soundfile.write matplotlib.pyplot.savefig"),
    *calls(Effect.FILE_READ, "openpyxl", "load_workbook", when=ON_PATH),
    *calls(Effect.FILE_WRITE, "openpyxl", "Workbook.save"),
    *calls(
        Effect.FILE_READ,
        "",
        "pypdf.PdfReader PyPDF2.PdfReader pdfplumber.open pymupdf.open fitz.open docx.Document pptx.Presentation"
        " lxml.etree.parse toml.load magic.from_file pytesseract.image_to_string",
        when=ON_PATH,
    ),
    *opener("jsonlines", "open", 1),
    *calls(Effect.FILE_READ, "jinja2", "Environment.get_template Environment.select_template"),
    *calls(Effect.FILE_READ, "django.template.loader", "get_template render_to_string select_template"),
    *calls(Effect.FILE_WRITE, "dotenv", "set_key unset_key"),
    *calls(Effect.FILE_WRITE, "send2trash", "send2trash"),
    *connections(Effect.FILE_WRITE, "", "filelock.FileLock filelock.SoftFileLock portalocker.Lock diskcache.Cache"),
    *connections(Effect.FILE_READ, "watchdog.observers", "Observer"),
    *calls(Effect.FILE_READ, "", "watchfiles.watch watchfiles.awatch"),
)

HAZARDS: Final[tuple[Hazard, ...]] = (*_PANDAS, *_FRAMES, *_DOCUMENTS)
