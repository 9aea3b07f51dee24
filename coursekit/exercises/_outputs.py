"""What a model gives for many inputs at once; the same here and in the sandbox of the grader."""

from typing import Any


def outputs(model: Any, X: Any) -> Any:
    """Return what a model gives for the rows of X, as an array.

    A torch model is called in eval mode, without gradients, on float32; the modes of all its parts
    are restored. Anything else is called as it is. A model in the grader's sandbox does all that
    over there.
    """
    if hasattr(type(model), "outputs_in_the_sandbox"):
        return model.outputs_in_the_sandbox(X)
    if not hasattr(model, "named_parameters"):
        return model(X)
    import torch

    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            device = next((p.device for p in model.parameters()), torch.device("cpu"))
            return model(torch.as_tensor(X, dtype=torch.float32).to(device)).cpu().numpy()
    finally:
        for part, training in modes:
            part.training = training
