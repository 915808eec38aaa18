package io.tallygate.grpc.client;

import java.time.Duration;

/**
 * How calls are made.
 *
 * @param lanes        writers of this process, each with one call on its way
 * @param callTimeout  how long one call may take before it is given up and, if it is a lane's, repeated
 * @param closeTimeout how long {@link GrpcCounters#close} waits for what is queued
 */
record ClientSettings(int lanes, Duration callTimeout, Duration closeTimeout) {

    ClientSettings {
        if (lanes < 1) {
            throw new IllegalArgumentException("lanes must be positive");
        }
    }
}
