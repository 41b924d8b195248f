package io.statemanager.proxy;

import static io.statemanager.support.VertxFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.support.RawHttp;
import io.statemanager.support.RawHttp.Answer;
import io.statemanager.support.VertxFixture;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What of an exchange reaches the other side, and what does not. */
class ForwardingTest {
    @RegisterExtension
    final VertxFixture fixture = new VertxFixture();

    /** What the application got. */
    private record Seen(HttpMethod method, String uri, MultiMap headers, String body) {}

    private final List<Seen> seen = new CopyOnWriteArrayList<>();

    private ProxyFixture proxy(Handler<HttpServerRequest> answer) {
        return new ProxyFixture(fixture.vertx())
                .before(request -> request.body().onSuccess(body -> {
                    seen.add(new Seen(
                            request.method(),
                            request.uri(),
                            MultiMap.caseInsensitiveMultiMap().addAll(request.headers()),
                            body.toString()));
                    answer.handle(request);
                }));
    }

    private ProxyFixture proxy() {
        return proxy(request -> request.response().end("ok"));
    }

    @Test
    void methodTargetHeadersAndBodyArriveAsTheyWere() {
        ProxyFixture proxy = proxy();

        Answer answer = RawHttp.once(
                proxy.port(),
                "PATCH",
                "/a%2Fb//../c;x?q=%20&q=+",
                "{\"a\":1}",
                "Host: App.Example:99",
                "X-Own: 1",
                "X-Own: 2",
                "Cookie: a=b");

        assertThat(answer.body()).isEqualTo("ok");
        Seen got = seen.get(0);
        assertThat(got.method()).isEqualTo(HttpMethod.PATCH);
        assertThat(got.uri()).isEqualTo("/a%2Fb//../c;x?q=%20&q=+");
        assertThat(got.body()).isEqualTo("{\"a\":1}");
        assertThat(got.headers().get("host")).isEqualTo("App.Example:99");
        assertThat(got.headers().getAll("x-own")).containsExactly("1", "2");
        assertThat(got.headers().get("cookie")).isEqualTo("a=b");
        assertThat(got.headers().get("content-length")).isEqualTo("7");
    }

    @Test
    void theApplicationLearnsWhoAskedAndWhatAProxyBeforeUsSaid() {
        ProxyFixture proxy = proxy();

        RawHttp.once(proxy.port(), "GET", "/", null, "Host: a.example");
        RawHttp.once(
                proxy.port(),
                "GET",
                "/",
                null,
                "Host: a.example:8443",
                "X-Forwarded-For: 203.0.113.9",
                "X-Forwarded-Proto: https",
                "Forwarded: for=203.0.113.9");

        MultiMap direct = seen.get(0).headers();
        assertThat(direct.get("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(direct.get("x-forwarded-proto")).isEqualTo("http");
        assertThat(direct.get("x-forwarded-host")).isEqualTo("a.example");
        assertThat(direct.get("x-forwarded-port")).isEqualTo(Integer.toString(proxy.port()));
        assertThat(direct.get("forwarded")).isEqualTo("for=127.0.0.1;host=a.example;proto=http");
        MultiMap behind = seen.get(1).headers();
        assertThat(behind.get("x-forwarded-for")).isEqualTo("203.0.113.9, 127.0.0.1");
        assertThat(behind.get("x-forwarded-proto")).isEqualTo("https");
        assertThat(behind.get("forwarded"))
                .isEqualTo("for=203.0.113.9, for=127.0.0.1;host=\"a.example:8443\";proto=http");
    }

    @Test
    void whatBelongsToOneConnectionStaysThereBothWays() {
        ProxyFixture proxy = proxy(request -> request.response()
                .putHeader("Connection", "X-Back")
                .putHeader("X-Back", "leak")
                .putHeader("Keep-Alive", "timeout=5")
                .putHeader("X-Other", "kept")
                .end("ok"));

        Answer answer = RawHttp.once(
                proxy.port(),
                "POST",
                "/",
                "body",
                "Connection: X-Named, content-length, keep-alive",
                "X-Named: leak",
                "Proxy-Connection: keep-alive",
                "Proxy-Authorization: Basic eA==",
                "Keep-Alive: 5",
                "TE: trailers, deflate",
                "Upgrade: irc",
                "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA");

        MultiMap got = seen.get(0).headers();
        assertThat(got.names())
                .doesNotContain(
                        "X-Named",
                        "Proxy-Connection",
                        "Proxy-Authorization",
                        "Keep-Alive",
                        "Upgrade",
                        "HTTP2-Settings");
        assertThat(got.get("te")).isEqualTo("trailers");
        assertThat(seen.get(0).body()).isEqualTo("body");
        assertThat(answer.headers()).doesNotContainKeys("x-back", "keep-alive").containsEntry("x-other", "kept");
        assertThat(answer.body()).isEqualTo("ok");
    }

    @Test
    void theControlTokenNeverReachesTheApplication() {
        ProxyFixture proxy = proxy();

        RawHttp.once(proxy.port(), "GET", "/", null, "Authorization: " + ProxyFixture.TOKEN);
        RawHttp.once(proxy.port(), "GET", "/", null, "Authorization: Bearer theirs");
        RawHttp.once(
                proxy.port(), "GET", "/", null, "Authorization: " + ProxyFixture.TOKEN, "Authorization: Bearer theirs");

        assertThat(seen.get(0).headers().contains("authorization")).isFalse();
        assertThat(seen.get(1).headers().getAll("authorization")).containsExactly("Bearer theirs");
        assertThat(seen.get(2).headers().getAll("authorization")).containsExactly("Bearer theirs");
    }

    @Test
    void statusHeadersAndTrailersComeBack() {
        ProxyFixture proxy = proxy(request -> {
            request.response()
                    .setStatusCode(418)
                    .setStatusMessage("Teapot here")
                    .setChunked(true)
                    .putHeader("Trailer", "X-Sum");
            request.response().headers().add("Set-Cookie", "a=1").add("Set-Cookie", "b=2");
            request.response().write("one");
            request.response().putTrailer("X-Sum", "42").end();
        });

        Answer answer = RawHttp.once(proxy.port(), "GET", "/", null);

        assertThat(answer.status()).isEqualTo(418);
        assertThat(answer.header("set-cookie")).isEqualTo("a=1\nb=2");
        assertThat(answer.header("trailer")).isEqualTo("X-Sum");
        assertThat(answer.header("trailer x-sum")).isEqualTo("42");
        assertThat(answer.body()).isEqualTo("one");
    }

    @Test
    void answersWithoutABodyKeepTheConnectionUsable() {
        ProxyFixture proxy = proxy(request -> {
            if (request.method().equals(HttpMethod.HEAD)) {
                request.response().putHeader(HttpHeaders.CONTENT_LENGTH, "1234").end();
            } else {
                request.response()
                        .setStatusCode(Integer.parseInt(request.path().substring(1)))
                        .end();
            }
        });
        try (RawHttp http = RawHttp.tcp(proxy.port())) {
            Answer head = http.ask("HEAD", "/x", null);
            assertThat(head.header("content-length")).isEqualTo("1234");
            assertThat(http.ask("GET", "/204", null).status()).isEqualTo(204);
            assertThat(http.ask("GET", "/304", null).status()).isEqualTo(304);
            assertThat(http.ask("GET", "/200", null).body()).isEmpty();
        }
    }

    @Test
    void earlyHintsArriveBeforeTheAnswer() {
        ProxyFixture proxy = proxy(request -> request.response()
                .writeEarlyHints(MultiMap.caseInsensitiveMultiMap().add("Link", "</style.css>; rel=preload"))
                .onComplete(written -> request.response().end("ok")));
        try (RawHttp http = RawHttp.tcp(proxy.port())) {
            Answer hint = http.ask("GET", "/", null);
            assertThat(hint.status()).isEqualTo(103);
            assertThat(hint.header("link")).contains("style.css");
            assertThat(http.answer().body()).isEqualTo("ok");
        }
    }

    @Test
    void whoWaitsForContinueGetsIt() {
        ProxyFixture proxy = proxy();
        try (RawHttp http = RawHttp.tcp(proxy.port())) {
            http.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertThat(http.answer().status()).isEqualTo(100);
            http.send("body");
            assertThat(http.answer().status()).isEqualTo(200);
        }
        assertThat(seen.get(0).body()).isEqualTo("body");
        assertThat(seen.get(0).headers().contains("expect")).isFalse();
    }

    @Test
    void aLengthBesideChunksIsNotPassedOn() {
        ProxyFixture proxy = proxy();
        try (RawHttp http = RawHttp.tcp(proxy.port())) {
            http.send(String.join(
                    "\r\n",
                    "POST /one HTTP/1.1",
                    "Host: a",
                    "Content-Length: 100",
                    "Transfer-Encoding: chunked",
                    "",
                    "4",
                    "body",
                    "0",
                    "",
                    "GET /two HTTP/1.1",
                    "Host: a",
                    "Connection: close",
                    "",
                    ""));
            assertThat(http.answer().status()).isEqualTo(200);
            assertThat(http.answer().status()).isEqualTo(200);
        }
        assertThat(seen).extracting(Seen::uri).containsExactly("/one", "/two");
        assertThat(seen.get(0).body()).isEqualTo("body");
        assertThat(seen.get(0).headers().contains("content-length")).isFalse();
    }

    @Test
    void anOldClientGetsAnAnswerThatEndsWithTheConnection() {
        ProxyFixture proxy =
                proxy(request -> request.response().setChunked(true).end("all of it"));
        try (RawHttp http = RawHttp.tcp(proxy.port())) {
            http.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(http.rest()).endsWith("\r\n\r\nall of it").doesNotContain("chunked");
        }
        assertThat(seen.get(0).headers().get("host")).startsWith("127.0.0.1:");
    }

    @Test
    void http2InFrontBecomesHttp1Behind() {
        ProxyFixture proxy =
                proxy(request -> request.response().putHeader("X-Own", "1").end("ok"));
        HttpClient client = fixture.vertx()
                .createHttpClient(new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(false));

        for (String body : new String[] {"", "text"}) {
            var answer = await(client.request(
                            body.isEmpty() ? HttpMethod.GET : HttpMethod.POST, proxy.port(), "127.0.0.1", "/h2")
                    // Attached on the client's own thread, or the answer may have ended before.
                    .compose(request -> (body.isEmpty()
                                    ? request.send()
                                    : request.setChunked(true).send(Buffer.buffer(body)))
                            .compose(response -> response.body()
                                    .map(bytes -> response.statusCode() + " " + response.version() + " " + bytes))));
            assertThat(answer).isEqualTo("200 HTTP_2 ok");
        }

        assertThat(seen).extracting(Seen::body).containsExactly("", "text");
        assertThat(seen.get(0).headers().get("host")).isEqualTo("127.0.0.1:" + proxy.port());
        assertThat(seen.get(0).headers().contains("transfer-encoding")).isFalse();
    }
}
