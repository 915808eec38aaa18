package io.tallygate.grpc.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class WeightedTurnsTest {

    @Test
    void of_weights_spreadsTurnsOut() {
        assertThat(WeightedTurns.of(List.of(5, 1, 1))).containsExactly(0, 0, 1, 0, 2, 0, 0);
        assertThat(WeightedTurns.of(List.of(100, 300))).containsExactly(1, 0, 1, 1);
        assertThat(WeightedTurns.of(List.of(65_535, 1, 65_534))).hasSizeLessThan(8_200).contains(1);
    }
}
