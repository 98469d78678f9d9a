from chat.tallies import SIZES, Histogram
from chatsite.monitoring.exposition import Exposition
from tests.monitoring import exposition


def test_a_value_counts_where_it_is_no_larger_than_the_bound() -> None:
    histogram = Histogram((1, 2, 4))
    for value in (1, 2, 2.5, 4, 5):
        histogram.add(value)
    assert (histogram.counts, histogram.sum) == ([1, 1, 2, 1], 14.5)


def test_what_is_written_can_be_read() -> None:
    sizes = Histogram(SIZES)
    sizes.add(3)
    page = Exposition()
    page.gauge("a_queue", "What waits.", 2)
    page.counters("a_total", "What came.", by="kind", values={"new": 3, "old": 0})
    page.histogram("a_size", "How large.", sizes)
    figures = exposition.read(page.text())
    assert (figures.value("a_queue"), figures.value("a_total", "new")) == (2, 3)
    assert figures["a_size"].samples["_bucket", "2"] == 0
    assert figures["a_size"].samples["_bucket", "4"] == figures.count("a_size") == 1


def test_it_is_written_as_prometheus_has_it() -> None:
    page = Exposition()
    page.gauges("a_queue", "What waits.", by="of", values={"x": 0.5})
    assert page.text() == '# HELP a_queue What waits.\n# TYPE a_queue gauge\na_queue{of="x"} 0.5\n'
