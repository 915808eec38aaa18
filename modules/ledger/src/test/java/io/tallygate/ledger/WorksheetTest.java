package io.tallygate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The rule against its meaning in exact arithmetic. */
class WorksheetTest {

    private static final List<RowKey> ROWS = List.of(TestRows.of("a", "likes"), TestRows.of("b", "likes"),
            TestRows.ofSubject("likes", "a"));
    private static final BigInteger LOWEST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger HIGHEST = BigInteger.valueOf(Long.MAX_VALUE);
    private static final long[] NUMBERS = {0, 1, -1, 5, -5, 1L << 62, -(1L << 62), Long.MAX_VALUE, Long.MIN_VALUE,
            Long.MAX_VALUE - 1, Long.MIN_VALUE + 1};

    @Test
    void add_whatItAdmits_isWhatItsBoundsBeforeSay() {
        for (long delta : NUMBERS) {
            for (long atLeast : NUMBERS) {
                for (long atMost : NUMBERS) {
                    var add = new Change.Add(ROWS.getFirst(), delta, atLeast, atMost);
                    for (long before : NUMBERS) {
                        boolean admitted = admits(add, BigInteger.valueOf(before));
                        assertThat(add.admits(before)).as("%s from %d", add, before).isEqualTo(admitted);
                        boolean overflow = !fits(BigInteger.valueOf(before).add(BigInteger.valueOf(delta)));
                        if (add.admits(0)) {
                            assertThat(before >= add.lowestBefore() && before <= add.highestBefore() && !overflow)
                                    .as("%s from %d by its bounds before", add, before).isEqualTo(admitted);
                        }
                    }
                }
            }
        }
    }

    private static boolean fits(BigInteger number) {
        return number.compareTo(LOWEST) >= 0 && number.compareTo(HIGHEST) <= 0;
    }

    private static boolean admits(Change.Add add, BigInteger before) {
        BigInteger after = before.add(BigInteger.valueOf(add.delta()));
        return fits(after) && after.compareTo(BigInteger.valueOf(add.atLeast())) >= 0
                && after.compareTo(BigInteger.valueOf(add.atMost())) <= 0;
    }

    @Test
    void apply_randomPostings_isAsTheyMean() {
        for (long seed = 1; seed <= 20_000; seed++) {
            var random = new SplittableRandom(seed);
            Map<RowKey, BigInteger> model = new HashMap<>();
            for (RowKey row : ROWS) {
                if (random.nextBoolean()) {
                    model.put(row, BigInteger.valueOf(NUMBERS[random.nextInt(NUMBERS.length)]));
                }
            }
            var postings = new ArrayList<Posting>();
            for (int i = 1 + random.nextInt(5); i > 0; i--) {
                postings.add(randomPosting(random));
            }
            var sheet = new Worksheet(postings);
            Map<RowKey, BigInteger> before = new HashMap<>(model);
            for (int place = 0; place < sheet.rows().size(); place++) {
                BigInteger value = before.get(sheet.rows().get(place));
                if (value != null) {
                    sheet.is(place, value.longValueExact());
                }
            }
            for (Posting posting : postings) {
                assertThat(sheet.apply(posting)).as("seed %d: %s", seed, postings).isEqualTo(apply(posting, model));
            }
            Map<RowKey, OptionalLong> changed = new TreeMap<>();
            sheet.forEachChanged(changed::put);
            Map<RowKey, OptionalLong> expected = new TreeMap<>();
            for (RowKey row : ROWS) {
                BigInteger after = model.get(row);
                if (after == null ? before.containsKey(row) : !after.equals(before.get(row))) {
                    expected.put(row, after == null ? OptionalLong.empty() : OptionalLong.of(after.longValueExact()));
                }
            }
            assertThat(changed).as("seed %d: %s", seed, postings).isEqualTo(expected);
        }
    }

    private static Posting randomPosting(SplittableRandom random) {
        var changes = new ArrayList<Change>();
        for (int i = random.nextInt(5); i > 0; i--) {
            RowKey row = ROWS.get(random.nextInt(ROWS.size()));
            long delta = NUMBERS[random.nextInt(random.nextBoolean() ? 5 : NUMBERS.length)];
            changes.add(switch (random.nextInt(6)) {
                case 0 -> new Change.Delete(row);
                case 1, 2 -> new Change.Add(row, delta, NUMBERS[random.nextInt(NUMBERS.length)],
                        NUMBERS[random.nextInt(NUMBERS.length)]);
                default -> new Change.Add(row, delta);
            });
        }
        return new Posting(null, random.nextBoolean() ? Mode.ALL : Mode.EACH, changes, Memo.EMPTY);
    }

    private static Outcomes apply(Posting posting, Map<RowKey, BigInteger> model) {
        Map<RowKey, BigInteger> before = new HashMap<>(model);
        var values = new long[posting.changes().size()];
        var refusals = new Refusal[values.length];
        for (int i = 0; i < values.length; i++) {
            Change change = posting.changes().get(i);
            BigInteger value = model.getOrDefault(change.row(), BigInteger.ZERO);
            if (change instanceof Change.Add add && admits(add, value)) {
                model.put(add.row(), value.add(BigInteger.valueOf(add.delta())));
            } else if (change instanceof Change.Delete) {
                model.remove(change.row());
            } else if (posting.mode() == Mode.ALL) {
                model.clear();
                model.putAll(before);
                return undone(posting, i, model);
            } else {
                refusals[i] = Refusal.RANGE;
            }
            values[i] = model.getOrDefault(change.row(), BigInteger.ZERO).longValueExact();
        }
        return Outcomes.of(values, refusals);
    }

    private static Outcomes undone(Posting posting, int refused, Map<RowKey, BigInteger> model) {
        var values = new long[posting.changes().size()];
        var refusals = new Refusal[values.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = model.getOrDefault(posting.changes().get(i).row(), BigInteger.ZERO).longValueExact();
            refusals[i] = i == refused ? Refusal.RANGE : Refusal.UNDONE;
        }
        return Outcomes.of(values, refusals);
    }
}
