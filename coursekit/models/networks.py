"""The two convolutional networks of the course.

Shapes: pictures are (n, channels, height, width), logits (n, classes). Initial weights and dropout
take their chance from PyTorch's global generator: call `torch.manual_seed` first to repeat them.
"""

from collections import OrderedDict
from typing import cast

import torch
from torch import nn

from coursekit.validate import at_least


class LectureCNN(nn.Module):
    """The convolutional network of the lecture: 34,826 parameters for 28 by 28 grey pictures.

    Args:
        classes: number of classes, at least 1.
        in_channels: 1 for grey, 3 for colour.
        size: height and width of the pictures, at least 10 pixels.

    Raises:
        ValueError: if a number is too small.
    """

    def __init__(self, classes: int = 10, in_channels: int = 1, size: int = 28) -> None:
        super().__init__()
        at_least(classes, 1, "classes")
        at_least(in_channels, 1, "in_channels")
        at_least(size, 10, "size")
        side = ((size - 2) // 2 - 2) // 2  # each 3 by 3 filter takes 2 pixels, each pool halves
        self.conv1 = nn.Conv2d(in_channels, 32, 3)
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.pool2 = nn.MaxPool2d(2)
        self.flatten = nn.Flatten()
        self.dropout = nn.Dropout(0.5)
        self.fc = nn.Linear(64 * side * side, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return logits, (n, channels, size, size) -> (n, classes)."""
        x = self.pool1(torch.relu(self.conv1(x)))
        x = self.pool2(torch.relu(self.conv2(x)))
        return cast(torch.Tensor, self.fc(self.dropout(self.flatten(x))))


class GlyphNet(nn.Module):
    """Three blocks, an embedding of 128 numbers and a head, for 28 by 28 grey pictures.

    Args:
        classes: number of classes, at least 1.
        channels: filters of the three blocks.

    Raises:
        ValueError: if a number is below 1, or there are not three blocks.
    """

    def __init__(self, classes: int = 52, channels: tuple[int, int, int] = (16, 32, 64)) -> None:
        super().__init__()
        at_least(classes, 1, "classes")
        if len(channels) != 3 or min(channels) < 1:
            raise ValueError(f"channels must be three numbers, 1 or more, got {channels!r}")
        first, second, third = channels
        self.block1 = _block(1, first)  # 28 by 28 pixels become 14 by 14
        self.block2 = _block(first, second)  # 7 by 7
        self.block3 = _block(second, third)  # 3 by 3
        self.embedding = nn.Sequential(
            OrderedDict(flatten=nn.Flatten(), linear=nn.Linear(9 * third, 128), relu=nn.ReLU())
        )
        self.head = nn.Linear(128, classes)

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """Return the embedding, (n, 1, 28, 28) -> (n, 128), none of it negative."""
        x = self.block3(self.block2(self.block1(x)))
        return cast(torch.Tensor, self.embedding(x))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return logits, (n, 1, 28, 28) -> (n, classes)."""
        return cast(torch.Tensor, self.head(self.features(x)))


def _block(inputs: int, outputs: int) -> nn.Sequential:
    """Return convolution, batch normalization, ReLU and pooling; the size is halved."""
    return nn.Sequential(
        OrderedDict(
            conv=nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),  # the norm has its own bias
            norm=nn.BatchNorm2d(outputs),
            relu=nn.ReLU(),
            pool=nn.MaxPool2d(2),
        )
    )
