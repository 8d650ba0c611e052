"""`holdfast check --since REV` and `--manifest FILE`: durable operations compared to those that were."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

STEPS = """
from holdfast import step


@step
def reserve(order: str) -> str:
    return order


@step
def charge(order: str) -> str:
    return order
"""

SHOP = """
import holdfast
from holdfast import workflow
from steps import charge, reserve


@workflow
def buy(order: str) -> str:
    reserve(order)
    holdfast.sleep(5)
    return charge(order)
"""

SWAPPED = SHOP.replace("    reserve(order)\n    holdfast.sleep(5)\n", "    holdfast.sleep(5)\n    reserve(order)\n")


def test_what_differs_from_a_revision_is_named_with_its_old_and_new_place(repository, check) -> None:
    repository.commit(shop=SHOP, steps=STEPS)
    repository.write(shop=SWAPPED.replace("return charge", "return reserve"))
    found = check("--since", "HEAD")
    assert found.status == 1
    swapped = (
        "`sleep` stood after `step steps.reserve` (shop.py:10) in `HEAD` and stands at the beginning;"
        " a run that began before has the old order on record"
    )
    renamed = (
        "`step steps.charge` (shop.py:11) was renamed to `step steps.reserve` since `HEAD`;"
        " a run that began before has the old name on record"
    )
    assert found.changes == [("shop.py", 9, swapped), ("shop.py", 11, renamed)]


def test_nothing_changed_and_no_base_say_nothing(repository, check) -> None:
    repository.commit(shop=SHOP, steps=STEPS)
    assert check("--since", "HEAD").changes == []
    repository.write(shop=SWAPPED)
    assert check().changes == []


def test_a_helper_in_another_file_that_performs_the_operations(repository, check) -> None:
    helper = "from steps import charge, reserve\n\n\ndef both(order: str) -> str:\n    reserve(order)\n    return charge(order)\n"
    shop = "from holdfast import workflow\nfrom helper import both\n\n\n@workflow\ndef buy(order: str) -> str:\n    return both(order)\n"
    repository.commit(shop=shop, helper=helper, steps=STEPS)
    repository.write(helper=helper.replace("    reserve(order)\n", ""))
    [(path, line, message)] = check("--since", "HEAD", "shop.py").changes
    assert (path, line) == ("helper.py", 5)
    assert "`step steps.reserve`, which stood at the beginning (helper.py:5), was removed" in message


def test_lists_that_one_helper_makes_for_several_workflows(repository, check) -> None:
    shop = """\
from holdfast import workflow
from steps import charge, reserve


def empty():
    return []


def add(todo, one):
    todo.append(one)


def run_all(todo, order):
    for one in todo:
        one(order)


@workflow
def buy(order: str) -> None:
    todo = empty()
    add(todo, charge)
    run_all(todo, order)


@workflow
def keep(order: str) -> None:
    todo = empty()
    add(todo, reserve)
    run_all(todo, order)
"""
    repository.commit(shop=shop, steps=STEPS)
    repository.write(shop=shop.replace("    add(todo, charge)\n", "    add(todo, charge)\n    add(todo, reserve)\n"))
    [(path, line, message)] = check("--since", "HEAD", "shop.py").changes
    assert (path, line) == ("shop.py", 15)
    assert "steps.charge" in message


def test_files_that_are_gone_are_no_longer_read_at_the_base(repository, check) -> None:
    """The base is the revision alone: a module that exists only now, or only then, does not mix with the other's."""
    repository.commit(shop=SHOP, steps=STEPS)
    repository.git("mv", "steps.py", "works.py")
    repository.write(shop=SHOP.replace("from steps", "from works"))
    messages = [message for _, _, message in check("--since", "HEAD").changes]
    assert [message.partition(" since")[0] for message in messages] == [
        "`step steps.reserve` (shop.py:9) was renamed to `step works.reserve`",
        "`step steps.charge` (shop.py:11) was renamed to `step works.charge`",
    ]


def test_a_folder_inside_the_checkout(repository, check, monkeypatch) -> None:
    repository.commit(services__a__shop=SHOP, services__a__steps=STEPS)
    repository.write(services__a__shop=SWAPPED)
    monkeypatch.chdir(repository.folder / "services")
    assert [(path, line) for path, line, _ in check("--since", "main", "a").changes] == [("a/shop.py", 9)]


def test_a_checkout_that_is_a_package_itself(repository, check) -> None:
    repository.commit(__init__="", shop=SHOP.replace("from steps", "from .steps"), steps=STEPS)
    assert check("--since", "HEAD").changes == []


def test_scripts_of_one_name_in_several_folders(repository, check) -> None:
    other = SHOP.replace("    holdfast.sleep(5)\n", "")
    repository.commit(a__shop=SHOP, a__steps=STEPS, b__shop=other, b__steps=STEPS)
    assert check("--since", "HEAD").changes == []
    (repository.folder / "a" / "shop.py").unlink()
    repository.write(b__shop=SHOP)
    assert [path for path, _, _ in check("--since", "HEAD").changes] == ["a/shop.py", "b/shop.py"]


def test_a_base_is_kept_in_the_cache(repository, check) -> None:
    repository.commit(shop=SHOP, steps=STEPS)
    repository.write(shop=SWAPPED)
    first = check("--since", "HEAD").changes
    [kept] = (repository.folder / ".holdfast_cache" / "since").iterdir()
    stored = json.loads(kept.read_bytes())
    assert [unit["id"] for unit in stored["units"]] == ["shop:buy"]
    assert check("--since", "main").changes == [(p, line, m.replace("HEAD", "main")) for p, line, m in first]
    kept.write_bytes(b"damaged")
    assert check("--since", "HEAD").changes == first


def test_the_commit_where_a_branch_parted(repository, check) -> None:
    repository.commit(shop=SHOP, steps=STEPS)
    repository.git("checkout", "--quiet", "-b", "work")
    repository.commit(other="x = 1\n")
    repository.git("checkout", "--quiet", "main")
    repository.commit(shop=SWAPPED)
    repository.git("checkout", "--quiet", "work")
    assert [line for _, line, _ in check("--since", "main").changes] == [9]
    assert check("--since", "main...").changes == []


@pytest.mark.parametrize(
    "changed",
    [
        SWAPPED.replace("@workflow", '@workflow(version="2")'),
        SHOP.replace("    holdfast.sleep(5)\n", '    if not holdfast.patched("no wait"):\n        holdfast.sleep(5)\n'),
        SHOP.replace(
            "    return charge(order)\n",
            '    if holdfast.patched("x"):\n        return reserve(order)\n    else:\n        return charge(order)\n',
        ),
        SHOP.replace(
            "    reserve(order)\n",
            '    new = holdfast.patched("x")\n    if new:\n        charge(order)\n        return reserve(order)\n    reserve(order)\n',
        ),
        SHOP.replace("    return charge(order)\n", "    try:\n        return charge(order)\n    except ValueError:\n        return order\n"),
        SHOP.replace("    reserve(order)\n", "    hold = reserve\n    kept = hold(order)\n"),
        SHOP.replace("    reserve(order)\n", "    def first():\n        return reserve(order)\n\n    first()\n"),
    ],
)  # fmt: skip
def test_changes_that_runs_in_flight_survive(changed, repository, check) -> None:
    repository.commit(shop=SHOP, steps=STEPS)
    repository.write(shop=changed)
    assert check("--since", "HEAD").changes == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (SHOP.replace("    reserve(order)\n", "    if order:\n        reserve(order)\n"), "other loops or branches"),
        (SHOP.replace("    reserve(order)\n", "    for part in order.split():\n        reserve(part)\n"), "other loops"),
        (SHOP.replace("    holdfast.sleep(5)\n", ""), "`sleep`, which stood after `step steps.reserve`"),
        (SHOP.replace("return charge(order)", "return charge(order) + charge(order)"), "`step steps.charge` was added"),
        (SHOP.replace("    holdfast.sleep(5)\n", '    if holdfast.patched("x"):\n        reserve(order)\n'), "`sleep`, which"),
        (SHOP.replace("    reserve(order)\n", '    holdfast.patched("x")\n    charge(order)\n'), "was renamed to `step steps.charge`"),
    ],
)  # fmt: skip
def test_changes_that_they_do_not_survive(changed, said, repository, check) -> None:
    repository.commit(shop=SHOP, steps=STEPS)
    repository.write(shop=changed)
    [(_, _, message)] = check("--since", "HEAD").changes
    assert said in message


def test_a_patch_of_the_base_goes_on_to_count(repository, check) -> None:
    patched = SHOP.replace("    reserve(order)\n", '    if holdfast.patched("x"):\n        reserve(order)\n')
    repository.commit(shop=patched, steps=STEPS)
    repository.write(shop=patched.replace("        reserve(order)\n", "        charge(order)\n"))
    [(_, _, message)] = check("--since", "HEAD").changes
    assert "renamed to `step steps.charge`" in message
    repository.write(shop=SHOP)
    assert any("`patch x`" in message and "removed" in message for _, _, message in check("--since", "HEAD").changes)


TEMPORAL = """
from temporalio import activity, workflow


@activity.defn
async def pay(order: str) -> str:
    return order


@activity.defn
async def scan(order: str) -> str:
    return order


@workflow.defn
class Buy:
    @workflow.run
    async def run(self, order: str) -> str:
        if workflow.patched("scan"):
            await workflow.execute_activity(scan, order)
        return await workflow.execute_activity(pay, order)

    @workflow.signal
    async def hurry(self) -> None:
        await workflow.execute_activity(scan, "now")
"""


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        ('        if workflow.patched("scan"):\n            await workflow.execute_activity(scan, order)\n', "", 0),
        ('        if workflow.patched("scan"):\n            await workflow.execute_activity(scan, order)\n',
         "        await workflow.execute_activity(scan, order)\n", 1),
        ("scan, \"now\"", "pay, \"now\"", 1),
    ],
)  # fmt: skip
def test_temporal_patches_and_handlers(before, after, count, repository, check) -> None:
    """The file as it stands is what changed; the base has `after` in place of `before`, or the other way round."""
    if count == 0:
        repository.commit(flows=TEMPORAL.replace(before, after))
        repository.write(flows=TEMPORAL)
    else:
        repository.commit(flows=TEMPORAL.replace(before, ""))
        repository.write(flows=TEMPORAL.replace(before, after))
    assert len([message for _, _, message in check("--since", "HEAD").changes]) == count


def test_a_deprecated_patch_applies_to_all(repository, check) -> None:
    repository.commit(flows=TEMPORAL)
    settled = TEMPORAL.replace(
        '        if workflow.patched("scan"):\n    ', '        workflow.deprecate_patch("scan")\n'
    )
    assert settled != TEMPORAL
    repository.commit(flows=settled)
    assert check("--since", "HEAD~1").changes == []
    repository.write(flows=settled.replace('        workflow.deprecate_patch("scan")\n', ""))
    assert check("--since", "HEAD").changes == []


def test_a_workflow_that_moved_is_hinted_at_its_name(repository, check) -> None:
    repository.commit(shop=SHOP, steps=STEPS)
    repository.git("mv", "shop.py", "store.py")
    found = check("--since", "HEAD")
    [(path, line, message)] = found.changes
    assert (path, line) == ("store.py", 8)
    assert (
        message
        == "workflow `shop.buy` of `HEAD` is gone, and `store.buy` does the same; its runs find no code of their name"
    )
    assert '`name="shop.buy"`' in found.out.replace('\\"', '"')
    repository.write(store=SHOP.replace("@workflow", '@workflow(name="shop.buy")'))
    assert check("--since", "HEAD").changes == []


def test_a_workflow_that_moved_together_with_its_steps(repository, check) -> None:
    one = STEPS + SHOP.replace("from steps import charge, reserve\n", "")
    repository.commit(shop=one)
    repository.git("mv", "shop.py", "store.py")
    [(path, _, message)] = check("--since", "HEAD").changes
    assert path == "store.py"
    assert "and `store.buy` does the same" in message


def test_a_workflow_that_is_gone_is_a_warning_where_it_was(repository, check) -> None:
    repository.commit(
        shop=SHOP, steps=STEPS, other=SHOP.replace("def buy", "def order").replace("    holdfast.sleep(5)\n", "")
    )
    (repository.folder / "shop.py").unlink()
    found = check("--since", "HEAD")
    assert found.changes == [("shop.py", 1, "workflow `shop.buy` of `HEAD` is gone; its runs find no code")]
    report = json.loads(found.out)
    assert [unit["id"] for unit in report["units"]] == ["other:order"]
    assert report["errors"] == []
    assert check("--since", "HEAD", "other.py").changes == []


def test_a_comment_silences_a_change(repository, check) -> None:
    repository.commit(shop=SHOP, steps=STEPS)
    repository.write(shop=SWAPPED.replace("sleep(5)\n", "sleep(5)  # holdfast: ignore[DUR601] drained\n"))
    assert check("--since", "HEAD").status == 0


def test_a_manifest_is_a_base_too(repository, check) -> None:
    repository.write(shop=SHOP, steps=STEPS)
    assert "wrote 1 workflow to `holdfast.manifest.json`" in check("--write-manifest").err
    assert check("--manifest", "holdfast.manifest.json").changes == []
    repository.write(shop=SWAPPED)
    [(_, line, message)] = check("--manifest", "holdfast.manifest.json").changes
    assert (line, "in `holdfast.manifest.json` and stands at the beginning" in message) == (9, True)
    (repository.folder / "shop.py").unlink()
    assert [path for path, _, _ in check("--manifest", "holdfast.manifest.json").changes] == ["shop.py"]
    assert check("--manifest", "holdfast.manifest.json", "steps.py").changes == []


# What git cannot do


def test_no_checkout(tmp_path, monkeypatch, check) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.py").write_text(SHOP)
    found = check("--since", "HEAD")
    assert (found.status, "`--since`: not a git repository" in found.err) == (2, True)


def test_an_unknown_revision(repository, check) -> None:
    repository.commit(shop=SHOP, steps=STEPS)
    found = check("--since", "v9")
    assert (found.status, "`--since`: `v9` names no commit; fetch it" in found.err) == (2, True)


def test_a_shallow_clone(repository, check, tmp_path, monkeypatch) -> None:
    first = repository.commit(shop=SHOP, steps=STEPS)
    repository.commit(shop=SWAPPED)
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{repository.folder}", str(shallow)], check=True)
    monkeypatch.chdir(shallow)
    found = check("--since", first)
    assert found.status == 2
    assert "this clone is shallow" in found.err
    assert "git fetch --unshallow" in found.err


def test_no_git(repository, check, monkeypatch) -> None:
    repository.commit(shop=SHOP, steps=STEPS)
    monkeypatch.setenv("PATH", "")
    found = check("--since", "HEAD")
    assert (found.status, "`--since`: git is not installed" in found.err) == (2, True)


def test_a_path_outside_of_the_checkout(repository, check, tmp_path) -> None:
    repository.commit(shop=SHOP, steps=STEPS)
    shutil.copy(repository.folder / "shop.py", tmp_path / "outside.py")
    found = check("--since", "HEAD", "shop.py", str(tmp_path / "outside.py"))
    assert (found.status, "lies outside of the checkout" in found.err) == (2, True)


def test_a_revision_that_holds_nothing_of_the_paths(repository, check) -> None:
    repository.commit(readme="x = 1\n")
    repository.write(shop__flows=SHOP.replace("from steps", "from shop.steps"), shop__steps=STEPS)
    assert check("--since", "HEAD", "shop").changes == []


def test_both_bases_at_once(repository, check) -> None:
    found = check("--since", "HEAD", "--manifest", "x.json")
    assert (found.status, "do not go together" in found.err) == (2, True)


def test_a_manifest_that_is_not_there(repository, check) -> None:
    found = check("--manifest", "x.json")
    assert (found.status, "there is no manifest `x.json`; write it with" in found.err) == (2, True)
    assert not Path("x.json").exists()


def test_a_check_of_a_part_says_nothing_of_the_rest_of_a_manifest(repository, check) -> None:
    repository.write(a__shop=SHOP, a__steps=STEPS, b__shop=SHOP, b__steps=STEPS)
    check("--write-manifest")
    (repository.folder / "b" / "shop.py").unlink()
    assert check("--manifest", "holdfast.manifest.json", "a").changes == []
    assert [path for path, _, _ in check("--manifest", "holdfast.manifest.json", "b").changes] == ["b/shop.py"]
