package io.statemanager.storage.s3;

import static io.statemanager.storage.StoreTests.await;
import static io.statemanager.storage.StoreTests.body;
import static org.assertj.core.api.Assertions.assertThat;

import io.statemanager.storage.PutOptions;
import io.statemanager.support.S3Server;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What servers do that take one region only. */
class S3RegionTest {
    private final Vertx vertx = Vertx.vertx();
    private final List<String> scopes = new CopyOnWriteArrayList<>();
    private boolean warmingFails;

    @AfterEach
    void close() {
        await(vertx.close());
    }

    private S3ObjectStore open(String region) {
        HttpServer server =
                await(vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));
        return await(S3ObjectStore.open(
                vertx,
                S3Settings.of(
                        S3Server.BUCKET,
                        Optional.of(URI.create("http://127.0.0.1:" + server.actualPort())),
                        region,
                        new S3Credentials.Fixed("a", "s", Optional.empty()))));
    }

    private void answer(HttpServerRequest request) {
        String scope = request.getHeader("Authorization").replaceAll(".*Credential=a/[0-9]+/([^/]+)/.*", "$1");
        scopes.add(scope);
        if (warmingFails && scopes.size() == 1) {
            request.connection().close();
        } else if (scope.equals("eu-north-9")) {
            request.response().putHeader("ETag", "\"abc\"").end();
        } else {
            request.response()
                    .setStatusCode(400)
                    .end("<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region \"" + scope
                            + "\" is wrong; expecting \"eu-north-9\"</Message></Error>");
        }
    }

    @Test
    void takesTheRegionThatTheServerNames() {
        S3ObjectStore store = open(S3Settings.AUTO);

        assertThat(await(store.put("key", body("x"), PutOptions.createOnly())).etag())
                .isEqualTo("abc");

        assertThat(scopes).containsExactly("auto", "eu-north-9");
        await(store.close());
    }

    @Test
    void takesItAlsoWhenTheFirstRequestWasLost() {
        warmingFails = true;
        S3ObjectStore store = open(S3Settings.AUTO);

        await(store.put("key", body("x"), PutOptions.createOnly()));

        assertThat(scopes).containsExactly("auto", "auto", "eu-north-9");
        await(store.close());
    }

    @Test
    void insistsOnARegionThatIsConfigured() {
        S3ObjectStore store = open("us-east-1");

        assertThat(io.statemanager.storage.StoreTests.failure(store.put("key", body("x"), PutOptions.createOnly()))
                        .hint())
                .contains("region");

        assertThat(scopes).containsOnly("us-east-1");
        await(store.close());
    }
}
