"""Answers that people give to the two exercises of chapter 3 about softmax and Huber's loss."""

import math

import numpy as np

# ---------------------------------------------------------------------------------- softmax


def softmax_loop(z):
    rows = []
    for row in z:
        top = max(row)
        powers = [math.exp(v - top) for v in row]
        rows.append([power / math.fsum(powers) for power in powers])
    return rows


def softmax_naive(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def softmax_whole(z):
    powers = np.exp(z - z.max())
    return powers / powers.sum()


def softmax_columns(z):
    powers = np.exp(z - z.max(axis=0))
    return powers / powers.sum(axis=0)


def softmax_no_exponential(z):
    return z / z.sum(axis=1, keepdims=True)


def softmax_one_maximum(z):
    powers = np.exp(z - z.max())
    return powers / powers.sum(axis=1, keepdims=True)


def softmax_flat_sum(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1)


def softmax_flat(z):
    powers = np.exp(z - z.max(axis=1))
    return powers / powers.sum(axis=1)


def softmax_first_row(z):
    return np.array(softmax_loop(z))[0]


# ------------------------------------------------------------------------------------ huber


def huber(prediction, target, delta, half=0.5, sign=1, n=None, m=None, joined=True):
    e = prediction - target
    far = np.abs(e) > delta
    outside = delta * (np.abs(e) - (delta / 2 if joined else 0))
    loss = np.where(far, outside, half * e**2)
    slope = np.where(far, delta * np.sign(e), 2 * half * e)
    return loss.sum() / (n or len(e)), sign * slope / (m or len(e))


def huber_one_sided(prediction, target, delta):
    e = prediction - target
    loss = np.where(e > delta, delta * (e - delta / 2), e**2 / 2)
    return loss.mean(), np.where(e > delta, delta, e) / len(e)


def huber_slope(prediction, target, delta, outside):
    e = prediction - target
    slope = np.where(np.abs(e) > delta, outside(e, delta), e)
    return huber(prediction, target, delta)[0], slope / len(e)


def huber_loop(prediction, target, delta):
    total, gradient = 0.0, []
    for p, t in zip(prediction, target, strict=True):
        if abs(p - t) <= delta:
            total, slope = total + (p - t) ** 2 / 2, p - t
        else:
            total, slope = total + delta * (abs(p - t) - delta / 2), math.copysign(delta, p - t)
        gradient.append(slope / len(prediction))
    return total / len(prediction), tuple(gradient)


def huber_loss_only(prediction, target, delta):
    return huber(prediction, target, delta)[0]
