package io.tallygate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rule against its meaning in exact arithmetic. */
class WorksheetTest {

    private static final List<RowKey> NUMBER_ROWS = List.of(TestRows.of("a", "likes"), TestRows.of("b", "likes"),
            TestRows.ofSubject("likes", "a"));
    private static final List<RowKey> ROWS = List.of(NUMBER_ROWS.get(0), NUMBER_ROWS.get(1), NUMBER_ROWS.get(2),
            TestRows.paper("likes", "a"), TestRows.paper("likes", "b"));
    private static final List<Mode> MODES = List.of(Mode.values());
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
    void add_whatFitsOfIt_isTheMostThatItsBoundsAllow() {
        for (long delta : NUMBERS) {
            for (long atLeast : NUMBERS) {
                for (long atMost : NUMBERS) {
                    var add = new Change.Add(ROWS.getFirst(), delta, atLeast, atMost);
                    for (long before : NUMBERS) {
                        Parts parts = parts(add, BigInteger.valueOf(before));
                        assertThat(add.fitting(before)).as("%s from %d", add, before)
                                .isEqualTo(parts.isEmpty() ? 0 : parts.signed(parts.most(), add));
                    }
                }
            }
        }
    }

    /** What a row holds. */
    private record Cell(BigInteger value, @Nullable Document document) {}

    /** How much of an add can be applied, without its sign: all from the least to the most. */
    private record Parts(BigInteger least, BigInteger most) {

        boolean isEmpty() {
            return least.compareTo(most) > 0;
        }

        Parts and(Parts other) {
            return new Parts(least.max(other.least), most.min(other.most));
        }

        long signed(BigInteger part, Change.Add add) {
            return (add.delta() < 0 ? part.negate() : part).longValueExact();
        }
    }

    private static Parts parts(Change.Add add, BigInteger before) {
        BigInteger down = before.subtract(BigInteger.valueOf(add.atLeast()));
        BigInteger up = BigInteger.valueOf(add.atMost()).subtract(before);
        BigInteger whole = BigInteger.valueOf(add.delta()).abs();
        return add.delta() < 0
                ? new Parts(BigInteger.ONE.max(up.negate()), whole.min(down))
                : new Parts(BigInteger.ONE.max(down.negate()), whole.min(up));
    }

    @Test
    void apply_randomPostings_isAsTheyMean() {
        for (long seed = 1; seed <= 2L * FlushPlanTest.HISTORIES; seed++) {
            var random = new SplittableRandom(seed);
            Map<RowKey, Cell> model = new HashMap<>();
            for (RowKey row : ROWS) {
                if (random.nextBoolean()) {
                    model.put(row, row.book().equals(TestRows.PAPERS)
                            ? new Cell(BigInteger.valueOf(1 + random.nextInt(3)), TestRows.document("before"))
                            : new Cell(BigInteger.valueOf(NUMBERS[random.nextInt(NUMBERS.length)]), null));
                }
            }
            var postings = new ArrayList<Posting>();
            for (int i = 1 + random.nextInt(5); i > 0; i--) {
                postings.add(randomPosting(random));
            }
            var sheet = new Worksheet(postings);
            Map<RowKey, Cell> before = new HashMap<>(model);
            for (int place = 0; place < sheet.rows().size(); place++) {
                Cell cell = before.get(sheet.rows().get(place));
                if (cell != null) {
                    sheet.is(place, cell.value().longValueExact());
                }
            }
            for (Posting posting : postings) {
                assertThat(sheet.apply(posting)).as("seed %d: %s", seed, postings).isEqualTo(apply(posting, model));
            }
            Map<RowKey, Optional<Cell>> expected = new TreeMap<>();
            for (RowKey row : ROWS) {
                Cell after = model.get(row);
                if (!Objects.equals(after, before.get(row))) {
                    expected.put(row, Optional.ofNullable(after));
                }
            }
            assertThat(changed(sheet)).as("seed %d: %s", seed, postings).isEqualTo(expected);
        }
    }

    private static Map<RowKey, Optional<Cell>> changed(Worksheet sheet) {
        Map<RowKey, Optional<Cell>> changed = new TreeMap<>();
        sheet.forEachChanged(new Worksheet.Changed() {
            @Override
            public void number(RowKey row, long value) {
                changed.put(row, Optional.of(new Cell(BigInteger.valueOf(value), null)));
            }

            @Override
            public void document(RowKey row, long version, Document document) {
                changed.put(row, Optional.of(new Cell(BigInteger.valueOf(version), document)));
            }

            @Override
            public void gone(RowKey row) {
                changed.put(row, Optional.empty());
            }
        });
        return changed;
    }

    private static Posting randomPosting(SplittableRandom random) {
        Mode mode = MODES.get(random.nextInt(MODES.size()));
        var changes = new ArrayList<Change>();
        long delta = delta(random);
        for (int i = random.nextInt(5); i > 0; i--) {
            changes.add(switch (mode) {
                case EACH, ALL -> randomChange(random, delta(random));
                case FIT_EACH -> randomAdd(random, NUMBER_ROWS.get(random.nextInt(NUMBER_ROWS.size())), delta(random));
                case FIT_ALL -> randomAdd(random, NUMBER_ROWS.get(i % NUMBER_ROWS.size()), delta == 0 ? 1 : delta);
            });
        }
        return new Posting(null, mode, mode == Mode.FIT_ALL && changes.size() > NUMBER_ROWS.size()
                ? changes.subList(0, NUMBER_ROWS.size())
                : changes, Memo.EMPTY);
    }

    private static long delta(SplittableRandom random) {
        return NUMBERS[random.nextInt(random.nextBoolean() ? 5 : NUMBERS.length)];
    }

    private static Change randomChange(SplittableRandom random, long delta) {
        RowKey row = ROWS.get(random.nextInt(ROWS.size()));
        if (row.book().equals(TestRows.PAPERS)) {
            long ifVersion = random.nextLong(Change.ANY, 4);
            return random.nextInt(4) == 0
                    ? new Change.Delete(row, ifVersion)
                    : new Change.Put(row, ifVersion, TestRows.document("put " + random.nextInt(3)));
        }
        return random.nextInt(6) == 0 ? new Change.Delete(row) : randomAdd(random, row, delta);
    }

    private static Change.Add randomAdd(SplittableRandom random, RowKey row, long delta) {
        return random.nextBoolean()
                ? new Change.Add(row, delta)
                : new Change.Add(row, delta, NUMBERS[random.nextInt(NUMBERS.length)],
                        NUMBERS[random.nextInt(NUMBERS.length)]);
    }

    private static Outcomes apply(Posting posting, Map<RowKey, Cell> model) {
        return switch (posting.mode()) {
            case EACH, ALL -> change(posting, model);
            case FIT_EACH -> fitEach(posting, model);
            case FIT_ALL -> fitAll(posting, model);
        };
    }

    private static Outcomes change(Posting posting, Map<RowKey, Cell> model) {
        Map<RowKey, Cell> before = new HashMap<>(model);
        var values = new long[posting.changes().size()];
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[values.length];
        for (int i = 0; i < values.length; i++) {
            Refusal refusal = change(posting.changes().get(i), model);
            if (refusal != null && posting.mode() == Mode.ALL) {
                model.clear();
                model.putAll(before);
                return undone(posting, i, refusal, model);
            }
            refusals[i] = refusal;
            values[i] = value(posting.changes().get(i).row(), model).longValueExact();
        }
        return Outcomes.of(values, refusals);
    }

    private static BigInteger value(RowKey row, Map<RowKey, Cell> model) {
        Cell cell = model.get(row);
        return cell == null ? BigInteger.ZERO : cell.value();
    }

    private static @Nullable Refusal change(Change change, Map<RowKey, Cell> model) {
        BigInteger value = value(change.row(), model);
        long ifVersion = switch (change) {
            case Change.Add _ -> Change.ANY;
            case Change.Put put -> put.ifVersion();
            case Change.Delete delete -> delete.ifVersion();
        };
        if (ifVersion != Change.ANY && !value.equals(BigInteger.valueOf(ifVersion))) {
            return Refusal.VERSION;
        }
        switch (change) {
            case Change.Add add -> {
                if (!admits(add, value)) {
                    return Refusal.RANGE;
                }
                model.put(add.row(), new Cell(value.add(BigInteger.valueOf(add.delta())), null));
            }
            case Change.Put put -> model.put(put.row(), new Cell(value.add(BigInteger.ONE), put.document()));
            case Change.Delete delete -> model.remove(delete.row());
        }
        return null;
    }

    private static Outcomes undone(Posting posting, int refused, Refusal refusal, Map<RowKey, Cell> model) {
        var values = new long[posting.changes().size()];
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[values.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(posting.changes().get(i).row(), model).longValueExact();
            refusals[i] = i == refused ? refusal : Refusal.UNDONE;
        }
        return Outcomes.of(values, refusals);
    }

    private static Outcomes fitEach(Posting posting, Map<RowKey, Cell> model) {
        var values = new long[posting.changes().size()];
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[values.length];
        var taken = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            var add = (Change.Add) posting.changes().get(i);
            Parts parts = parts(add, value(add.row(), model));
            if (add.delta() == 0 ? !admits(add, value(add.row(), model)) : parts.isEmpty()) {
                refusals[i] = Refusal.RANGE;
            } else {
                taken[i] = add.delta() == 0 ? 0 : parts.signed(parts.most(), add);
                refusals[i] = change(new Change.Add(add.row(), taken[i]), model);
            }
            values[i] = value(add.row(), model).longValueExact();
        }
        return Outcomes.fitted(values, refusals, taken);
    }

    private static Outcomes fitAll(Posting posting, Map<RowKey, Cell> model) {
        List<Change.Add> adds = posting.changes().stream().map(Change.Add.class::cast).toList();
        List<Parts> each = adds.stream().map(add -> parts(add, value(add.row(), model))).toList();
        Optional<Parts> all = each.stream().reduce(Parts::and);
        var values = new long[adds.size()];
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[values.length];
        var taken = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            if (all.orElseThrow().isEmpty()) {
                refusals[i] = each.get(i).isEmpty() ? Refusal.RANGE : Refusal.UNDONE;
            } else {
                taken[i] = all.orElseThrow().signed(all.orElseThrow().most(), adds.get(i));
                refusals[i] = change(new Change.Add(adds.get(i).row(), taken[i]), model);
            }
            values[i] = value(adds.get(i).row(), model).longValueExact();
        }
        return Outcomes.fitted(values, refusals, taken);
    }
}
