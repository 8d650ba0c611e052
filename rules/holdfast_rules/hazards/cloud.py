"""Cloud SDKs and remote stores (301). Making a client or a credential is harmless, what it is asked for goes over the
network. A client made by a client (`boto3.Session().client("s3")`) is named too, so that making it stays harmless.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import SESSION, calls, clients, connections
from holdfast_rules.hazards.hazard import Hazard

_AWS_CLIENT: Final = (*SESSION, "meta", "exceptions")
_FROM: Final = ("", ".from_connection_string", ".from_service_account_json", ".from_service_account_info")


def _sdk(prefix: str, names: str) -> tuple[Hazard, ...]:
    """Client classes together with the class methods that make one."""
    made = " ".join(f"{name}{factory}" for name in names.split() for factory in _FROM)
    return clients(Effect.NETWORK, prefix, made, harmless=SESSION)


_AWS = (
    *clients(
        Effect.NETWORK,
        "",
        "boto3.client boto3.resource boto3.Session.client boto3.Session.resource boto3.session.Session.client"
        " boto3.session.Session.resource botocore.session.Session.create_client aioboto3.Session.client"
        " aioboto3.Session.resource aiobotocore.session.AioSession.create_client",
        harmless=_AWS_CLIENT,
    ),
    *clients(
        Effect.NETWORK,
        "",
        "boto3.Session boto3.session.Session botocore.session.get_session botocore.session.Session aioboto3.Session"
        " aiobotocore.session.get_session aiobotocore.session.AioSession",
        harmless=("region_name", "profile_name", "events", "client", "resource", "create_client"),
    ),
    *clients(Effect.NETWORK, "", "s3fs.S3FileSystem gcsfs.GCSFileSystem adlfs.AzureBlobFileSystem"),
    *clients(Effect.NETWORK, "minio", "Minio"),
)

_GOOGLE = (
    *_sdk("google.cloud", "storage.Client bigquery.Client datastore.Client translate_v2.Client spanner.Client"),
    *_sdk("google.cloud", "firestore.Client firestore.AsyncClient firestore_v1.Client logging.Client"),
    *_sdk("google.cloud", "pubsub_v1.PublisherClient pubsub_v1.SubscriberClient tasks_v2.CloudTasksClient"),
    *_sdk("google.cloud", "secretmanager.SecretManagerServiceClient vision.ImageAnnotatorClient speech.SpeechClient"),
    *calls(Effect.NETWORK, "google.auth", "default", note="reads credential files and asks the metadata server"),
    *connections(Effect.NETWORK, "googleapiclient.discovery", "build build_from_document"),
    *clients(Effect.NETWORK, "gspread", "service_account authorize oauth"),
)

_AZURE = (
    *clients(
        Effect.NETWORK,
        "azure.identity",
        "DefaultAzureCredential ManagedIdentityCredential ClientSecretCredential AzureCliCredential"
        " aio.DefaultAzureCredential aio.ManagedIdentityCredential",
        harmless=SESSION,
    ),
    *_sdk("azure.storage.blob", "BlobServiceClient ContainerClient BlobClient aio.BlobServiceClient"),
    *_sdk("azure.storage.queue", "QueueServiceClient QueueClient"),
    *_sdk("azure.data.tables", "TableServiceClient TableClient"),
    *_sdk("azure.cosmos", "CosmosClient aio.CosmosClient"),
    *_sdk("azure.servicebus", "ServiceBusClient aio.ServiceBusClient"),
    *_sdk("azure.eventhub", "EventHubProducerClient EventHubConsumerClient aio.EventHubProducerClient"),
    *_sdk("azure.keyvault.secrets", "SecretClient aio.SecretClient"),
)

_PLATFORMS = (
    *connections(Effect.NETWORK, "fsspec", "open open_files"),
    *clients(Effect.NETWORK, "fsspec", "filesystem"),
    *connections(Effect.NETWORK, "smart_open", "open"),
    *clients(Effect.NETWORK, "kubernetes.client", "CoreV1Api AppsV1Api BatchV1Api CustomObjectsApi NetworkingV1Api"),
    *calls(
        Effect.FILE_READ,
        "kubernetes.config",
        "load_kube_config load_incluster_config new_client_from_config",
        note="reads the cluster's configuration and token",
    ),
    *clients(Effect.NETWORK, "docker", "from_env DockerClient APIClient", harmless=SESSION),
    *clients(Effect.NETWORK, "", "hvac.Client consul.Consul etcd3.client kazoo.client.KazooClient"),
    *clients(Effect.NETWORK, "", "databricks.sdk.WorkspaceClient"),
    *clients(Effect.NETWORK, "", "modal.Function.from_name modal.Cls.from_name"),
)

HAZARDS: Final[tuple[Hazard, ...]] = (*_AWS, *_GOOGLE, *_AZURE, *_PLATFORMS)
