package io.tallygate.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SettingsTest {

    private static final Setting<Integer> SIZE = Setting.of("tallygate.a.size-max", SettingRule.integer(1, 9), "5",
            "Size").formerly("tallygate.size").defaultInFunctions("2");
    private static final Setting<String> SECRET = Setting.optional("tallygate.a.token", SettingRule.text("TEXT"),
            "Token").secret().formerly("tallygate.token").notInFunctions();
    private static final Setting<Boolean> CACHED = Setting.of("tallygate.b.cached", SettingRule.bool(), "true",
            "Cached").fixedInFunctions("false");
    private static final Setting<Duration> PACE = Setting.optional("tallygate.jobs.*.pace",
            SettingRule.duration(Duration.ZERO, Duration.ofHours(1)), "Pace of a job");

    private final List<String> warnings = new ArrayList<>();
    private final Settings settings = Settings.of(List.of(group(SettingGroup.Part.PROCESS, "Jobs", List.of(), PACE),
            group(SettingGroup.Part.DOMAIN, "B", List.of(SIZE), CACHED),
            group(SettingGroup.Part.NETWORK, "A", List.of(), SIZE, SECRET)));

    private record Group(Part part, String title, List<Setting<?>> needs, List<Setting<?>> settings)
            implements
                SettingGroup {

        @Override
        public void check(Map<String, String> values) {
            if ("9".equals(values.get(SIZE.name())) && settings.contains(SIZE)) {
                throw new WrongSettingException(SIZE + " is too large for this");
            }
        }
    }

    private static SettingGroup group(SettingGroup.Part part, String title, List<Setting<?>> needs,
            Setting<?>... settings) {
        return new Group(part, title, needs, List.of(settings));
    }

    @Test
    void load_always_findsTheGroupsOfThisModule() {
        assertThat(Settings.load().sections()).containsOnlyKeys("Commits", "Process");
        assertThat(CommitSettings.of(SettingValues.NONE)).isEqualTo(new CommitSettings(65_536, 8_192,
                Duration.ofSeconds(2), Duration.ofMillis(100), 100));
    }

    @Test
    void of_groups_areInTheOrderOfTheirParts() {
        assertThat(settings.sections().keySet()).containsExactly("A", "B", "Jobs");
        assertThat(settings.all()).containsExactly(SIZE, SECRET, CACHED, PACE);
    }

    @Test
    void of_groupsOfOneTitle_areOneSectionWithoutRepetition() {
        var both = Settings.of(List.of(group(SettingGroup.Part.DOMAIN, "A", List.of(), SIZE, SECRET),
                group(SettingGroup.Part.DOMAIN, "A", List.of(), SIZE, CACHED)));
        assertThat(both.sections()).containsOnlyKeys("A").containsEntry("A", List.of(SIZE, SECRET, CACHED));
    }

    @Test
    void of_groupWithoutWhatItNeeds_isLeftOut() {
        var without = Settings.of(List.of(group(SettingGroup.Part.DOMAIN, "B", List.of(SIZE), CACHED)));
        assertThat(without.all()).isEmpty();
        assertThat(without.find(CACHED.name())).isEmpty();
    }

    @Test
    void of_twoSettingsOfOneName_areRefused() {
        var groups = List.of(group(SettingGroup.Part.DOMAIN, "A", List.of(), SIZE), group(SettingGroup.Part.DOMAIN,
                "B", List.of(), Setting.of(SIZE.name(), SettingRule.integer(1, 9), "6", "Another")));
        assertThatThrownBy(() -> Settings.of(groups)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(SIZE.name());
    }

    @Test
    void complete_nothing_hasTheDefaults() {
        assertThat(complete(Map.of())).containsOnly(Map.entry(SIZE.name(), "5"), Map.entry(CACHED.name(), "true"));
    }

    @Test
    void complete_wrong_namesSettingValueAndRule() {
        assertWrong(Map.of(SIZE.name(), "10"), "tallygate.a.size-max is '10', must be an integer from 1 to 9");
        assertWrong(Map.of(SECRET.name(), " "), "tallygate.a.token is '…', must not be empty");
        assertWrong(Map.of(SECRET.name(), "${x}"), "tallygate.a.token must not contain ${");
        assertWrong(Map.of(SIZE.name(), "9"), "tallygate.a.size-max is too large for this");
        assertWrong(Map.of("tallygate.jobs.a.pace", "soon"), "tallygate.jobs.a.pace is 'soon', must be a duration such"
                + " as 500ms, 2s, 5m or 1h, from 0ms to 1h");
        assertWrong(Map.of("tallygate.jobs.a.b.pace", "1s"), "tallygate.jobs.a.b.pace is not a setting");
        assertWrong(Map.of("tallygate.jobs.*.pace.x", "1s"), "tallygate.jobs.*.pace.x is not a setting");
        assertWrong(Map.of("tallygate.jobs.a.pace.x", "1s"), "tallygate.jobs.a.pace.x is not a setting");
    }

    @Test
    void complete_formerName_isTheNameOfToday() {
        assertThat(complete(Map.of("tallygate.size", "3"))).containsEntry(SIZE.name(), "3")
                .doesNotContainKey("tallygate.size");
        assertThat(warnings).containsExactly(
                "tallygate.size is the former name of tallygate.a.size-max, which should be set in its place");
        assertThat(settings.isFormerName("tallygate.size")).isTrue();
        assertThat(settings.isFormerName(SIZE.name())).isFalse();
        assertThat(settings.nameOfVariable("TALLYGATE_SIZE")).contains("tallygate.size");
    }

    @Test
    void complete_formerNameWithAWrongValue_namesTheSettingOfToday() {
        assertWrong(Map.of("tallygate.size", "0"), "tallygate.a.size-max is '0', must be an integer from 1 to 9");
    }

    @Test
    void complete_bothNames_mustAgree() {
        assertThat(complete(Map.of("tallygate.size", "3", SIZE.name(), "3"))).containsEntry(SIZE.name(), "3");
        assertThat(warnings).hasSize(1);
        assertWrong(Map.of("tallygate.size", "3", SIZE.name(), "4"), "tallygate.a.size-max is '4', and tallygate.size,"
                + " its former name, is '3': set the first one alone");
        assertWrong(Map.of("tallygate.token", "x", SECRET.name(), "y"), "tallygate.a.token is '…', and"
                + " tallygate.token, its former name, is '…': set the first one alone");
    }

    @Test
    void nameOfVariable_ofAFamily_hasHyphensForUnderscores() {
        assertThat(PACE.variable()).isEqualTo("TALLYGATE_JOBS_<NAME>_PACE");
        assertThat(settings.nameOfVariable("TALLYGATE_JOBS_MY_JOB_PACE")).contains("tallygate.jobs.my-job.pace");
        assertThat(settings.find("tallygate.jobs.my-job.pace")).get().extracting(Setting::name)
                .isEqualTo("tallygate.jobs.my-job.pace");
        assertThat(settings.nameOfVariable("TALLYGATE_A_SIZE_MAX")).contains(SIZE.name());
        assertThat(settings.nameOfVariable("TALLYGATE_A_SIZE")).isEmpty();
    }

    @Test
    void ofFunctions_always_hasWhatCanBeSetThere() {
        Settings there = settings.ofFunctions();
        assertThat(there.sections()).containsOnlyKeys("A", "Jobs");
        assertThat(there.all()).extracting(Setting::name).containsExactly(SIZE.name(), PACE.name());
        assertThat(there.complete(Map.of(), warnings::add)).containsOnly(Map.entry(SIZE.name(), "2"));
        assertThat(settings.fixedInFunctions()).containsOnly(Map.entry(CACHED.name(), "false"));
    }

    @Test
    void withDefaults_ofAProgram_haveThemInPlaceOfTheDeclaredOnes() {
        Settings there = settings.withDefaults(Map.of(SIZE.name(), "7", SECRET.name(), "s"));
        assertThat(there.sections()).isEqualTo(Map.of("A", there.all().subList(0, 2), "B", List.of(CACHED), "Jobs",
                List.of(PACE)));
        assertThat(there.complete(Map.of(), warnings::add)).containsEntry(SIZE.name(), "7")
                .containsEntry(SECRET.name(), "s");
        assertThat(there.complete(Map.of(SIZE.name(), "8"), warnings::add)).containsEntry(SIZE.name(), "8");
        assertThat(settings.withDefaults(Map.of())).isSameAs(settings);
        assertThatExceptionOfType(WrongSettingException.class)
                .isThrownBy(() -> settings.withDefaults(Map.of(SIZE.name(), "10")));
        assertThatThrownBy(() -> settings.withDefaults(Map.of("tallygate.other", "1")))
                .hasMessageContaining("tallygate.other");
    }

    @Test
    void in_values_isTheValueOrTheDefault() {
        assertThat(SIZE.in(SettingValues.NONE)).isEqualTo(5);
        assertThat(SIZE.in(name -> settings.find(name).map(_ -> "7"))).isEqualTo(7);
        assertThat(SECRET.find(SettingValues.NONE)).isEmpty();
        assertThatExceptionOfType(WrongSettingException.class).isThrownBy(() -> SECRET.in(SettingValues.NONE))
                .withMessage("tallygate.a.token is missing: it must not be empty");
        Setting<Integer> own = SIZE.forOne("tallygate.c.size-max", "Size of c");
        assertThat(own.find(SettingValues.NONE)).isEmpty();
        assertThat(own.general()).contains(SIZE.name());
        assertThat(own.formerName()).isEmpty();
    }

    private Map<String, String> complete(Map<String, String> given) {
        return settings.complete(given, warnings::add);
    }

    private void assertWrong(Map<String, String> given, String message) {
        assertThatExceptionOfType(WrongSettingException.class).isThrownBy(() -> complete(given)).withMessage(message);
    }
}
