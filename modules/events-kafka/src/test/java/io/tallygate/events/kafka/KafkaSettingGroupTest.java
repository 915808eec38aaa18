package io.tallygate.events.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.event.EventSettingGroup;
import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import io.tallygate.ledger.StoreSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is set of Kafka, and what it must be. */
final class KafkaSettingGroupTest {

    /** What a module with a store offers. */
    private static final class Store implements SettingGroup {

        @Override
        public Part part() {
            return Part.STORAGE;
        }

        @Override
        public String title() {
            return "Storage";
        }

        @Override
        public List<Setting<?>> settings() {
            return List.of(StoreSettings.STORE);
        }
    }

    @Test
    void settings_ofAProgramWithAStore_areThere() {
        Settings settings = Settings
                .of(List.of(new Store(), new EventSettingGroup(), new KafkaSettingGroup()));
        new KafkaSettingGroup().settings().forEach(setting -> assertThat(settings.find(setting.name())).isPresent());
    }

    @Test
    void settings_ofAProgramWithoutOne_areNot() {
        Settings settings = Settings.of(List.of(new KafkaSettingGroup()));
        assertThat(settings.find(KafkaSettingGroup.LOG_NAME)).isEmpty();
    }

    @Test
    void settings_thatAreNotSet_haveTheirDefaults() {
        assertThat(KafkaSettings.of(_ -> Optional.empty())).isEqualTo(
                new KafkaSettings("127.0.0.1:9092", Duration.ofSeconds(5), "tallygate", false, 16));
        assertThat(
                KafkaSettings.of(name -> Optional.ofNullable(Map.of("tallygate.kafka.group-prefix", "shop").get(name)))
                        .groupId("counter_events", "counting"))
                .isEqualTo("shop.counter_events.counting");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:9092", "b-1.msk:9092,b-2.msk:9092", "[::1]:9092"})
    void servers_withPorts_areTaken(String servers) {
        assertThat(KafkaSettingGroup.BOOTSTRAP_SERVERS.parse(servers)).isEqualTo(servers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "a:1, b:2", ":9092", ""})
    void servers_withoutPortsOrWithSpaces_areNot(String servers) {
        assertThatThrownBy(() -> KafkaSettingGroup.BOOTSTRAP_SERVERS.parse(servers))
                .isInstanceOf(WrongSettingException.class).hasMessageContaining("127.0.0.1:9092");
    }
}
