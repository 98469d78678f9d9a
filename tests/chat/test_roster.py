"""Two processes' knowledge of who is online, gossip by gossip."""

from chat.roster import EXPIRY_SECONDS, FADE_SECONDS, Gossip, Roster


def news(roster: Roster) -> Gossip:
    gossip = roster.take_news()
    assert gossip is not None
    return gossip


def acquainted() -> tuple[Roster, Roster]:
    one, other = Roster("one"), Roster("other")
    other.hear(one.take_whole(), 0)
    return one, other


def test_nobody_is_online_at_first() -> None:
    roster = Roster("one")
    assert (roster.status_of(1), roster.take_news()) == ("offline", None)


def test_another_process_hears_who_comes_and_goes() -> None:
    one, other = acquainted()
    one.put(1, "online")
    assert other.hear(news(one), 0)
    assert other.status_of(1) == "online"
    one.put(1, None)
    assert other.hear(news(one), 0)
    assert (other.status_of(1), other.take_changed()) == ("offline", {1})


def test_who_is_here_and_there_is_one_person() -> None:
    one, other = acquainted()
    for user_id in (1, 2):
        one.put(user_id, "online")
    other.hear(news(one), 0)
    other.put(2, "away")
    other.put(3, "online")
    assert other.everybody() == {1, 2, 3}


def test_the_same_again_is_no_news() -> None:
    one, _ = acquainted()
    one.put(1, "away")
    news(one)
    one.put(1, "away")
    assert one.take_news() is None


def test_one_is_as_present_as_where_one_is_most() -> None:
    one, other = acquainted()
    one.put(1, "online")
    other.put(1, "away")
    other.hear(news(one), 0)
    assert other.status_of(1) == "online"


def test_who_missed_something_asks_and_the_whole_set_mends_it() -> None:
    one, other = acquainted()
    one.put(1, "online")
    news(one)  # lost
    one.put(2, "online")
    assert not other.hear(news(one), 0)
    other.hear(one.take_whole(), 0)
    assert (other.status_of(1), other.status_of(2)) == ("online", "online")


def test_a_stranger_is_asked_for_all() -> None:
    one, stranger = Roster("one"), Roster("stranger")
    one.put(1, "online")
    assert not stranger.hear(news(one), 0)


def test_the_whole_set_holds_news_and_says_who_left() -> None:
    one, other = acquainted()
    one.put(1, "online")
    other.hear(news(one), 0)
    one.put(1, None)
    one.put(2, "away")
    other.hear(one.take_whole(), 0)
    assert (other.status_of(1), other.status_of(2)) == ("offline", "away")
    one.put(3, "online")
    assert other.hear(news(one), 0)


def test_what_comes_late_changes_nothing() -> None:
    one, other = acquainted()
    one.put(1, "online")
    late = one.take_whole()
    one.put(1, None)
    other.hear(one.take_whole(), 0)
    other.hear(late, 0)
    assert other.status_of(1) == "offline"


def test_the_people_of_a_process_that_died_are_forgotten() -> None:
    one, other = acquainted()
    one.put(1, "online")
    other.hear(news(one), 10)
    other.take_changed()
    other.expire(10 + EXPIRY_SECONDS - 1)
    assert other.status_of(1) == "online"
    other.expire(10 + EXPIRY_SECONDS)
    assert (other.status_of(1), other.take_changed()) == ("offline", {1})


def test_the_people_of_a_process_that_ends_have_time_to_move() -> None:
    one, other = acquainted()
    one.put(1, "online")
    other.hear(news(one), 0)
    other.fade("one", 10)
    other.put(1, "online")
    other.take_changed()
    other.expire(10 + FADE_SECONDS)
    assert other.status_of(1) == "online"
