"""Makes the .npy and .npz files beside it, as NumPy writes them; run it to make them again."""

import numpy as np
from numpy.lib import format as npy

rows = np.arange(6).reshape(2, 3)

for code in "i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8".split():
    np.save(f"{code}.npy", (rows - (0 if code[0] == "u" else 2)).astype(code))
for code in ">i2 >i4 >i8 >u2 >u4 >f2 >f4 >f8".split():
    np.save(f"big_{code[1:]}.npy", (rows - (0 if "u" in code else 2)).astype(code))
np.save("b1.npy", rows % 2 == 0)

np.save("unsigned.npy", np.array([0, 2**32 - 1], "u4"))
np.save("extremes.npy", np.array([-(2**63), 2**63 - 1], "i8"))
np.save("floats.npy", np.array([0.1, -0.0, np.inf, -np.inf, np.nan, 1e-45, 3.4028235e38], "f4"))
np.save("halves.npy", np.array([0.1, -0.0, np.inf, np.nan, 6e-8, 65504], "f2"))
np.save("fortran.npy", np.asfortranarray(np.arange(24, dtype="f4").reshape(2, 3, 4)))
np.save("big_fortran.npy", np.asfortranarray(np.arange(24).reshape(2, 3, 4).astype(">i2")))
np.save("scalar.npy", np.float64(2.5))
np.save("vector.npy", np.array([1.5], "f4"))
np.save("empty.npy", np.zeros((0, 3), "f4"))
np.save("empty_fortran.npy", np.zeros((3, 0), "f4", order="F"))

for version in ((2, 0), (3, 0)):
    with open(f"version{version[0]}.npy", "wb") as file:
        npy.write_array(file, rows.astype("f4"), version=version)

np.save("object.npy", np.array([{}, None], dtype=object), allow_pickle=True)
np.save("structured.npy", np.zeros(2, dtype=[("a", "f4"), ("b", "i4")]))
np.save("text.npy", np.array(["a", "bc"]))
np.save("bytes.npy", np.array([b"a", b"bc"]))
np.save("date.npy", np.array(["2020-01-01"], dtype="M8[D]"))

with open("two.npy", "wb") as file:
    np.save(file, np.array([1, 2], "i4"))
    np.save(file, np.array([3.5], "f8"))

arrays = {
    "Wemb": rows.astype("f4"),
    "lstm_U": np.asfortranarray(rows.astype("f8")),
    "größe 🎼": np.int64(7),
    "history_errs": [[0.5, 0.25], [0.375, 0.125]],
    "empty": [],
}
np.savez("saved.npz", **arrays)
np.savez_compressed("compressed.npz", **arrays)
np.savez("positional.npz", rows, rows > 2)
np.savez("pickled.npz", a=rows, history=np.array([None], dtype=object))
