package io.tallygate.grpc.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class GatewaysTest {

    private long now = Long.MAX_VALUE - 1;
    private final Gateways gateways = new Gateways(() -> now);

    @Test
    void asks_severalGateways_countsEachOnce() {
        assertThat(gateways.asks(1)).isEqualTo(1);
        assertThat(gateways.asks(1)).isEqualTo(1);
        assertThat(gateways.asks(2)).isEqualTo(2);
        assertThat(gateways.asks(1)).isEqualTo(2);
    }

    @Test
    void asks_gatewayThatWasSilentForLong_isForgotten() {
        gateways.asks(1);
        gateways.asks(2);
        now += Gateways.REMEMBERED.toNanos();
        assertThat(gateways.asks(2)).as("just remembered").isEqualTo(2);
        now++;
        assertThat(gateways.asks(2)).isEqualTo(1);
    }

    @Test
    void asks_moreThanAreRemembered_forgetsThoseThatAskedFirst() {
        for (int gateway = 0; gateway < 10_001; gateway++) {
            gateways.asks(gateway);
        }

        assertThat(gateways.asks(1)).isEqualTo(10_000);
    }
}
