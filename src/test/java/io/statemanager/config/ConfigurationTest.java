package io.statemanager.config;

import static io.statemanager.config.Documents.FILE;
import static io.statemanager.config.Documents.S3;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    @TempDir
    Path dataDir;

    @Test
    void theSmallestDocumentHasEveryDefault() {
        Configuration configuration = read("{" + FILE + "}");

        assertThat(configuration.name()).isEqualTo("default");
        assertThat(configuration.storage().type()).isEqualTo(StorageType.FILE);
        assertThat(configuration.storage().path()).isEqualTo(dataDir.resolve("objects"));
        assertThat(configuration.storage().envDir()).isEqualTo(dataDir.resolve("env"));
        assertThat(configuration.stacks()).containsExactly(Stack.LEASER, Stack.DB, Stack.FILES);
        assertThat(configuration.lease())
                .isEqualTo(new LeaseSettings(
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(2),
                        OnLeaseLoss.FREEZE,
                        false));
        assertThat(configuration.checkpoints().autoInterval()).isZero();
    }

    @Test
    void aBucketAloneMeansS3WithTheDefaultChainAtAws() {
        StorageSettings storage = read("{'storage':{'bucket':'b'}}").storage();

        assertThat(storage.type()).isEqualTo(StorageType.S3);
        assertThat(storage.accessKey()).isNull();
        assertThat(storage.endpoint()).isNull();
        assertThat(storage.region()).isEqualTo("auto");
        assertThat(storage.keyPrefix()).isEmpty();
        assertThat(storage.path()).isNull();
    }

    @Test
    void nullAndEmptyMembersCountAsAbsent() {
        Configuration configuration = read(
                "{'name':'','stacks':[],'lease':null,'proxy':{},'processes':{'web':null},"
                        + "'storage':{'type':'','bucket':'b','endpoint':'','access_key':'','secret_key':null,'key_prefix':''}}");

        assertThat(configuration).isEqualTo(read("{'storage':{'bucket':'b'}}"));
    }

    @Test
    void textsAreBroughtIntoOneForm() {
        StorageSettings storage = read("{'storage':{'bucket':'b','endpoint':'minio:9000/','key_prefix':'/a/b/'}}")
                .storage();

        assertThat(storage.endpoint()).isEqualTo("https://minio:9000");
        assertThat(storage.keyPrefix()).isEqualTo("a/b");
        assertThat(read("{'storage':{'bucket':'b','key_prefix':'/'}}").storage().keyPrefix())
                .isEmpty();
    }

    @Test
    void aShortLeaseHasAMarginAndALeadThatFit() {
        LeaseSettings lease = read("{" + FILE + ",'lease':{'ttl':'6s'}}").lease();

        assertThat(lease.margin()).isEqualTo(Duration.ofSeconds(1));
        assertThat(lease.lead()).isEqualTo(Duration.ofMillis(400));
    }

    @Test
    void aProcessHasItsOwnVariablesAndAPlaceBelowTheDataDirectory() {
        ProcessSettings web = read("{" + FILE + ",'processes':{'web':{'command':['run','','x'],"
                        + "'env':{'EMPTY':'','TOKEN':'t'},'working_dir':'w','restart':'on-failure'}}}")
                .processes()
                .get("web");

        assertThat(web.command()).containsExactly("run", "", "x");
        assertThat(web.env().get("EMPTY").reveal()).isEmpty();
        assertThat(web.workingDir()).isEqualTo(dataDir.resolve("w"));
        assertThat(web.restart()).isEqualTo(RestartPolicy.ON_FAILURE);
    }

    @Test
    void noTextFormShowsASecret() {
        Configuration configuration = read("{'processes':{'web':{'command':['x'],'env':{'T':'hunter2env'}}},'storage':"
                + "{'bucket':'b','access_key':'hunter2key','secret_key':'hunter2secret','session_token':'hunter2token',"
                + "'password':'hunter2password'}}");

        String masked = ConfigDocuments.masked(configuration).toString();
        String backup = ConfigDocuments.withoutSecrets(configuration).toString();

        assertThat(configuration.storage().password().reveal()).isEqualTo("hunter2password");
        assertThat(configuration.toString()).doesNotContain("hunter2").contains("***");
        assertThat(masked).doesNotContain("hunter2").contains("\"secret_key\":\"***\"", "\"T\":\"***\"");
        assertThat(backup).doesNotContain("hunter2").doesNotContain("***").contains("\"bucket\":\"b\"");
        assertThat(io.statemanager.bus.Json.text(configuration.storage().secretKey()))
                .isEqualTo("\"***\"");
        assertThat(Processes.of(configuration, java.util.List.of()).toString()).doesNotContain("hunter2");
    }

    @Test
    void aShownConfigurationIsReadAgainOnceItsSecretsAreBack() {
        Configuration configuration = read("{" + S3 + ",'lease':{'ttl':'1h30m'},'replication':{'max_wal':'64MiB'}}");
        var shown = ConfigDocuments.withoutSecrets(configuration);
        shown.withObject("/storage").put("access_key", "AKIDEXAMPLE").put("secret_key", "hunter2secret");

        assertThat(Configuration.read(shown, dataDir)).isEqualTo(configuration);
    }

    private Configuration read(String document) {
        return Configuration.read(Documents.document(document), dataDir);
    }
}
