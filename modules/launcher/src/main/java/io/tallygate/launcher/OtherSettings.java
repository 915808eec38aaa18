package io.tallygate.launcher;

/** Names of settings of modules that the launcher does not know: it shows what they are, where they are there. */
final class OtherSettings {

    static final String PORT = "tallygate.port";
    static final String HTTP_CERTIFICATE = "tallygate.http.tls.certificate";
    static final String GRPC_HOST = "tallygate.grpc.host";
    static final String GRPC_PORT = "tallygate.grpc.port";
    static final String GRPC_CLIENT_CA = "tallygate.grpc.tls.client-ca";
    static final String SQLITE_SYNCHRONOUS = "tallygate.sqlite.synchronous";

    private OtherSettings() {}
}
