"""Prints the reviews and the dictionary of uncompressed files."""
import pickle
import sys

with open(sys.argv[1], 'rb') as reviews:
    print(pickle.load(reviews))
    print(pickle.load(reviews))
with open(sys.argv[1].replace('.pkl', '.dict.pkl'), 'rb') as words:
    print(ascii(pickle.load(words)))
