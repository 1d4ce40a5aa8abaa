package io.homeostat.chaos.extension;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** A service: each verb is a path below its URL, asked by POST. */
final class ServiceWire implements Wire {

    private final String url;
    private final HttpClient client = HttpClient.newHttpClient();

    ServiceWire(String url) {
        this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    @Override
    public Node.Mapping call(Verb verb, Node.Mapping request) throws IOException, InterruptedException {
        HttpRequest asked = HttpRequest.newBuilder(URI.create(url + "/" + verb.word()))
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofByteArray(Json.bytes(request)))
                .build();
        HttpResponse<byte[]> answer;
        try {
            answer = client.send(asked, BodyHandlers.ofByteArray());
        } catch (IOException unreachable) {
            throw new IOException(verb.word() + " got no answer from " + url + ": " + unreachable, unreachable);
        }
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(verb.word() + " was answered with status " + answer.statusCode());
        }
        try {
            return answer.body().length == 0 ? Node.Mapping.EMPTY : Wire.checked(verb, Json.read(answer.body()));
        } catch (Json.MalformedException malformed) {
            throw new IOException(verb.word() + " answered no JSON: " + malformed.getMessage(), malformed);
        }
    }
}
