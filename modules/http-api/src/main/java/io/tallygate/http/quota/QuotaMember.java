package io.tallygate.http.quota;

/** What objects in requests about quotas and reservations have. */
enum QuotaMember {
    SUBJECT,
    USER_ID,
    QUOTA_TYPE,
    VALUE,
    QUOTAS,
    MODE,
    ASYNC,
    METADATA,
    REQUEST_ID,
    TTL,
    TIME,
    RESERVATION_ID
}
