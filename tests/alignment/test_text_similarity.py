from sklearn.feature_extraction.text import CountVectorizer

from predictor.alignment.text_similarity import GRAMS, _counted

TEXTS = ["da dầu mụn", "a mụn  mụn da", "敏感肌 護膚 da", "o"]  # words in common, of one letter, and twice in a text


def test_n_grams_counted_word_by_word_are_those_counted_text_by_text():
    whole = CountVectorizer(**GRAMS)
    expected = whole.fit_transform(TEXTS)
    counts, grams = _counted(TEXTS)
    assert grams.tolist() == whole.get_feature_names_out().tolist()
    assert counts.toarray().tolist() == expected.toarray().tolist()
