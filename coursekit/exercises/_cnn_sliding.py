"""The two exercises of chapter 6 on sliding a kernel: forward, and back to its weights."""

from coursekit.exercises import Case, Exercise, leaves_arguments_alone

conv2d = Exercise(
    "cnn.conv2d",
    points=2,
    cases=[
        Case(
            "one channel, one kernel, no bias",
            ([[[1, 2, 0], [0, 1, 3], [2, 0, 1]]], [[[[1, 2], [0, -1]]]], [0], 1),
            want=[[[4, -1], [2, 6]]],
            wrong={
                "flips the kernel": [[[0, 3], [4, 0]]],
                "rows and columns": [[[4, 2], [-1, 6]]],
            },
        ),
        Case(
            "two channels, two kernels",
            (
                [
                    [[1, 0, 2, 1], [0, 3, 1, 0], [2, 1, 0, 1]],
                    [[0, 1, 1, 0], [2, 0, 1, 3], [1, 1, 0, 2]],
                ],
                [[[[1, 0], [2, -1]], [[0, 1], [1, 0]]], [[[0, 1], [0, 0]], [[3, 0], [0, -2]]]],
                [1, -1],
                1,
            ),
            want=[[[2, 7, 6], [5, 8, 4]], [[-1, 2, -3], [6, 0, -2]]],
            wrong={
                "flips the kernel": [[[6, 7, 2], [9, 2, 4]], [[-1, 3, 7], [0, 0, 3]]],
                "bias forgotten": [[[1, 6, 5], [4, 7, 3]], [[0, 3, -2], [7, 1, -1]]],
                "bias in every channel": [[[3, 8, 7], [6, 9, 5]], [[-2, 1, -4], [5, -1, -3]]],
                "one channel": [[[-1, 6, 5], [4, 6, 1]], [[-1, 1, 0], [2, 0, -1]]],
                "rows and columns": [[[2, 5], [7, 8], [6, 4]], [[-1, 6], [2, 0], [-3, -2]]],
            },
        ),
        Case(
            "steps of two, and a kernel of two rows and three columns",
            (
                [[[1, 0, 2, 0, 1], [0, 1, 0, 3, 0], [2, 0, 1, 0, 2], [0, 1, 0, 1, 0]]],
                [[[[1, 0, -1], [2, 1, 0]]]],
                [0.5],
                2,
            ),
            want=[[[0.5, 4.5], [2.5, 0.5]]],
            wrong={
                "flips the kernel": [[[4.5, 2.5], [2.5, 4.5]]],
                "bias forgotten": [[[0, 4], [2, 0]]],
                "stride ignored": [[[0.5, 2.5, 4.5], [4.5, -0.5, 2.5], [2.5, 2.5, 0.5]]],
                "steps of one": [[[0.5, 2.5], [4.5, -0.5]]],
                "rows and columns": [[[0.5, 2.5], [4.5, 0.5]]],
            },
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "How many rows and columns has the result? Make an array of zeros for it.",
        "Three loops: over kernels o, rows i, columns j. Where does the patch of (i, j) begin when "
        "the stride is 2?",
        "The patch is `x[:, i * stride : i * stride + kh, j * stride : j * stride + kw]`. Multiply "
        "it by one kernel, and add up everything.",
    ],
    mistakes={
        "flips the kernel": "Your kernel is turned by half a turn. Networks slide it as it is: row "
        "0 of the kernel meets the top row of the patch.",
        "bias forgotten": "Each output channel has a bias: `bias[o]` is added to every number.",
        "bias in every channel": "You add the bias for every input channel. Add it once, to the "
        "sum over all of them.",
        "one channel": "A kernel has as many layers as the picture has channels, and they all "
        "count. You use only the first.",
        "stride ignored": "Your window moves by one pixel at a time, whatever the stride.",
        "steps of one": "The size is right, but your window moves by one pixel: the patch begins "
        "at `i * stride`, not at `i`.",
        "rows and columns": "The numbers are right, but rows and columns are swapped.",
    },
)

conv2d_grad_weight = Exercise(
    "cnn.conv2d_grad_weight",
    points=3,
    cases=[
        Case(
            "two pictures",
            (
                [[[[1, 0], [2, -1]]], [[[0, 1], [1, 3]]]],
                [[[[1, 2, 0], [0, 1, 3], [2, 0, 1]]], [[[0, 1, 1], [2, 0, 1], [1, 1, 0]]]],
                2,
            ),
            want=[[[[3, 5], [8, 2]]]],
            wrong={
                "mean over the batch": [[[[1.5, 2.5], [4, 1]]]],
                "first picture only": [[[[0, 1], [4, 0]]]],
                "last picture only": [[[[3, 4], [4, 2]]]],
                "turned": [[[[2, 8], [5, 3]]]],
            },
        ),
        Case(
            "two channels in, two out, and a picture that is no square",
            (
                [[[[1, 0, 2]], [[0, -1, 1]]]],
                [[[[1, 2, 0, 1], [0, 1, 3, 2]], [[0, 1, 1, 2], [2, 0, 1, 1]]]],
                2,
            ),
            want=[
                [[[1, 4], [6, 5]], [[2, 5], [4, 2]]],
                [[[-2, 1], [2, -1]], [[0, 1], [1, 0]]],
            ],
            wrong={
                "turned": [
                    [[[5, 6], [4, 1]], [[2, 4], [5, 2]]],
                    [[[-1, 2], [1, -2]], [[0, 1], [1, 0]]],
                ],
                "axes swapped": [
                    [[[1, 4], [6, 5]], [[-2, 1], [2, -1]]],
                    [[[2, 5], [4, 2]], [[0, 1], [1, 0]]],
                ],
                "channels mixed": [
                    [[[3, 9], [10, 7]], [[3, 9], [10, 7]]],
                    [[[-2, 2], [3, -1]], [[-2, 2], [3, -1]]],
                ],
            },
        ),
    ],
    properties=[leaves_arguments_alone],
    hints=[
        "One weight `w[o, c, i, j]` is used at every place of every picture. What does it meet "
        "at the place (a, b)?",
        "At (a, b) it meets the pixel `x[n, c, a + i, b + j]`, and the gradient there is "
        "`grad[n, o, a, b]`. A thing used many times collects the sum.",
        "For each (i, j) the pixels that it meets are a picture of the size of `grad`: "
        "`x[:, :, i : i + rows, j : j + columns]`. Add up its products with `grad`.",
    ],
    mistakes={
        "mean over the batch": "Add up over the pictures. If the loss is a mean, the division is "
        "already in `grad`.",
        "first picture only": "Every picture of the batch uses the same weights: sum over `n`.",
        "last picture only": "Only the last picture counts: add to the gradient (`+=`), do not "
        "write over it.",
        "axes swapped": "The gradient has the shape of the weights: output channels first, then "
        "input channels.",
        "turned": "Your kernel is turned by half a turn: the weight (i, j) meets the pixel "
        "(a + i, b + j), forward and backward.",
        "channels mixed": "Your gradient is the same for all input channels. Weight c meets "
        "channel c only.",
    },
)
