"""The peer of `tests/bench cuda`: times PyTorch on the GPU.

Arguments: runs, then cases as `lstm-T100-B16-D128`, `elementwise-10000000`, `softmax-4096`.
Prints `versions ...`, then for each case its name and the median of its times in milliseconds.
"""
import statistics
import sys
import time

import torch

WORDS = 10_000


class Tutorial(torch.nn.Module):
    """The tutorial's model: embedding, LSTM (cuDNN), mean over the steps, softmax."""

    def __init__(self, units):
        super().__init__()
        self.embedding = torch.nn.Embedding(WORDS, units)
        self.lstm = torch.nn.LSTM(units, units)
        self.head = torch.nn.Linear(units, 2)

    def forward(self, tokens, labels):
        hidden, _ = self.lstm(self.embedding(tokens))
        return torch.nn.functional.cross_entropy(self.head(hidden.mean(0)), labels)


def lstm(steps, batch, units):
    model = Tutorial(units).cuda()
    optimiser = torch.optim.Adadelta(model.parameters(), lr=1, rho=0.95, eps=1e-6)
    host_tokens = torch.randint(2, WORDS, (steps, batch)).pin_memory()
    host_labels = torch.randint(0, 2, (batch,)).pin_memory()

    def step():
        tokens = host_tokens.cuda(non_blocking=True)
        labels = host_labels.cuda(non_blocking=True)
        optimiser.zero_grad(set_to_none=True)
        loss = model(tokens, labels)
        loss.backward()
        optimiser.step()
        return loss.item()

    return step


def elementwise(size):
    x = torch.linspace(-1, 1, size, device="cuda")

    def chain():
        y = x
        for _ in range(5):
            y = torch.tanh(y * 0.5 + x) * 1.5
        return y

    return chain


def softmax(size):
    x = torch.randn(size, size, device="cuda")
    return lambda: torch.softmax(x, 1)


def case(name):
    kind, *sizes = name.split("-")
    if kind == "lstm":
        return lstm(*(int(size[1:]) for size in sizes))
    return {"elementwise": elementwise, "softmax": softmax}[kind](int(sizes[0]))


def main():
    # As Arignote: no TF32 unless asked.
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    runs = int(sys.argv[1])
    print("versions PyTorch", torch.__version__, "CUDA", torch.version.cuda,
          "cuDNN", torch.backends.cudnn.version(), flush=True)
    for name in sys.argv[2:]:
        work = case(name)
        times = []
        for run in range(2 * runs):
            torch.cuda.synchronize()
            start = time.perf_counter()
            work()
            torch.cuda.synchronize()
            if run >= runs:
                times.append((time.perf_counter() - start) * 1e3)
        print(name, statistics.median(times), flush=True)


main()
