"""Compares two files of reviews, and the dictionaries beside them; prints what differs."""
import gzip
import pickle
import sys


def load(path):
    def opened(name):
        return gzip.open(name) if name.endswith('.gz') else open(name, 'rb')

    with opened(path) as reviews, opened(path.replace('.pkl', '.dict.pkl')) as words:
        return [pickle.load(reviews), pickle.load(reviews)], pickle.load(words)


(expected, expected_words), (found, found_words) = map(load, sys.argv[1:])
total, different = 0, []
for name, (xs, ys), (xs2, ys2) in zip(('train', 'test'), expected, found):
    assert len(xs) == len(xs2) and ys == ys2, name
    total += len(xs)
    different += ['%s %d' % (name, i) for i in range(len(xs)) if xs[i] != xs2[i]]
print('%d reviews, %d different' % (total, len(different)))
words = set(expected_words) | set(found_words)
other = sorted(w for w in words if expected_words.get(w) != found_words.get(w))
print('%d words, %d different' % (len(found_words), len(other)))
for line in different[:100] + other[:100]:
    print(line)
