package io.tallygate.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Not ready before it was once, then for good. */
final class EdgeReadinessTest {

    @Test
    void isReady_beforeAndAfterTheFirstTime() {
        var edge = new EdgeReadiness();
        assertThat(edge.isReady(false)).isFalse();
        assertThat(edge.isReady(false)).isFalse();
        assertThat(edge.isReady(true)).isTrue();
        assertThat(edge.isReady(false)).isTrue();
        assertThat(edge.isReady(true)).isTrue();
    }
}
