package io.tallygate.functions.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;

/**
 * Payload format 2.0 as a stream of JSON. Lambda's own mapping to objects would do, but it looks at every class by
 * reflection first, with 600 classes of its own, while the first caller waits.
 */
final class GatewayEvents {

    private static final JsonFactory JSON = new JsonFactory();

    private GatewayEvents() {}

    /**
     * Reads what the API looks at.
     *
     * @throws IOException when it is not such an event
     */
    static APIGatewayV2HTTPEvent read(InputStream json) throws IOException {
        var event = APIGatewayV2HTTPEvent.builder().withHeaders(Map.of()).withQueryStringParameters(Map.of()).build();
        try (JsonParser in = JSON.createParser(json)) {
            require(in.nextToken() == JsonToken.START_OBJECT);
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                JsonToken token = in.nextToken();
                if (token == JsonToken.VALUE_NULL) {
                    continue;
                }
                switch (name) {
                    case "rawPath" -> event.setRawPath(in.getText());
                    case "rawQueryString" -> event.setRawQueryString(in.getText());
                    case "headers" -> event.setHeaders(readTexts(in));
                    case "queryStringParameters" -> event.setQueryStringParameters(readTexts(in));
                    case "requestContext" -> event.setRequestContext(readContext(in));
                    case "body" -> event.setBody(in.getText());
                    case "isBase64Encoded" -> event.setIsBase64Encoded(in.getBooleanValue());
                    default -> in.skipChildren();
                }
            }
        }
        require(event.getRawPath() != null && event.getRequestContext() != null
                && event.getRequestContext().getHttp() != null
                && event.getRequestContext().getHttp().getMethod() != null);
        return event;
    }

    private static Map<String, String> readTexts(JsonParser in) throws IOException {
        require(in.currentToken() == JsonToken.START_OBJECT);
        var texts = new HashMap<String, String>();
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            in.nextToken();
            texts.put(name, in.getText());
        }
        return texts;
    }

    private static APIGatewayV2HTTPEvent.RequestContext readContext(JsonParser in) throws IOException {
        require(in.currentToken() == JsonToken.START_OBJECT);
        var context = new APIGatewayV2HTTPEvent.RequestContext();
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            JsonToken token = in.nextToken();
            if (name.equals("http") && token == JsonToken.START_OBJECT) {
                var http = new APIGatewayV2HTTPEvent.RequestContext.Http();
                http.setMethod(readTexts(in).get("method"));
                context.setHttp(http);
            } else {
                in.skipChildren();
            }
        }
        return context;
    }

    private static void require(boolean holds) throws IOException {
        if (!holds) {
            throw new IOException("the event is not one of a gateway or function URL with payload format 2.0");
        }
    }

    static void write(OutputStream json, APIGatewayV2HTTPResponse response) throws IOException {
        try (JsonGenerator out = JSON.createGenerator(json)) {
            out.writeStartObject();
            out.writeNumberField("statusCode", response.getStatusCode());
            out.writeObjectFieldStart("headers");
            for (Map.Entry<String, String> header : response.getHeaders().entrySet()) {
                out.writeStringField(header.getKey(), header.getValue());
            }
            out.writeEndObject();
            if (response.getBody() != null) {
                out.writeStringField("body", response.getBody());
            }
            out.writeBooleanField("isBase64Encoded", response.getIsBase64Encoded());
            out.writeEndObject();
        }
    }
}
