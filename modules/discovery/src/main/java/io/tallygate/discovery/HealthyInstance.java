package io.tallygate.discovery;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;

/** An instance of a service as Consul tells of it. */
@Serdeable.Deserializable
record HealthyInstance(@JsonProperty("Service") Registered service) {

    /**
     * Who it is.
     *
     * @param createIndex rises with each registration
     */
    @Serdeable.Deserializable
    record Registered(@JsonProperty("ID") String id, @JsonProperty("CreateIndex") long createIndex) {}
}
