package io.statemanager.config;

import static io.statemanager.config.Documents.FILE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.statemanager.bus.CommandException;
import io.statemanager.bus.FailureCode;
import io.statemanager.bus.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationFaultsTest {
    private static final String DURATION = "a duration like 90s, 100ms or 1h30m is expected";
    private static final String NAME =
            "1 to 63 lower-case letters, digits and hyphens are expected, beginning with a letter or digit";

    @TempDir
    Path dataDir;

    static Stream<Arguments> documents() {
        return Stream.of(
                arguments("{}", List.of("storage.type: a bucket, or the type file is needed")),
                arguments("{'storage':null}", List.of("storage.type: a bucket, or the type file is needed")),
                arguments(
                        "{'storage':7}",
                        List.of(
                                "storage: an object is expected",
                                "storage.type: a bucket, or the type file is needed")),
                arguments("{'format':2," + FILE + "}", List.of("format: this version reads format 1 only")),
                arguments(
                        "{'colour':1,'Name':'x'," + FILE + "}",
                        List.of("colour: unknown member", "Name: unknown member")),
                arguments("{'verify':false," + FILE + "}", List.of("verify: unknown member")),
                arguments("{'name':'Upper'," + FILE + "}", List.of("name: " + NAME)),
                arguments("{'name':'-a'," + FILE + "}", List.of("name: " + NAME)),
                arguments("{'name':'" + "a".repeat(64) + "'," + FILE + "}", List.of("name: " + NAME)),
                arguments("{'name':'../x'," + FILE + "}", List.of("name: " + NAME)),
                arguments(
                        "{'name':'files'," + FILE + "}",
                        List.of("name: files and prune have a meaning of their own in the store")),
                arguments("{'name':['a']," + FILE + "}", List.of("name: a text is expected")),
                arguments(
                        "{'stacks':['db','disk',3]," + FILE + "}",
                        List.of(
                                "stacks[1]: unknown stack: leaser, db, files or juicefs is expected",
                                "stacks[2]: a text is expected")),
                arguments("{'stacks':'db'," + FILE + "}", List.of("stacks: an array of texts is expected")),
                // storage
                arguments("{'storage':{'type':'gcs'}}", List.of("storage.type: s3 or file is expected")),
                arguments("{'storage':{'type':'s3'}}", List.of("storage.bucket: is required for type s3")),
                arguments("{'storage':{'endpoint':'http://h'}}", List.of("storage.bucket: is required for type s3")),
                arguments("{'storage':{'bucket':'a/b'}}", List.of("storage.bucket: is not the name of a bucket")),
                arguments(
                        "{'storage':{'bucket':'b','access_key':'k'}}",
                        List.of("storage.secret_key: is missing beside access_key")),
                arguments(
                        "{'storage':{'bucket':'b','secret_key':'k'}}",
                        List.of("storage.access_key: is missing beside secret_key")),
                arguments(
                        "{'storage':{'bucket':'b','session_token':'k'}}",
                        List.of("storage.session_token: needs access_key and secret_key")),
                arguments(
                        "{'storage':{'bucket':'b','access_key':'k','secret_key':'***'}}",
                        List.of("storage.secret_key: is masked here: the secret itself is expected")),
                arguments(
                        "{'storage':{'bucket':'b','endpoint':'ftp://h'}}",
                        List.of("storage.endpoint: " + StorageRules.ENDPOINT)),
                arguments(
                        "{'storage':{'bucket':'b','endpoint':'http://user:hunter2@h'}}",
                        List.of("storage.endpoint: " + StorageRules.ENDPOINT)),
                arguments(
                        "{'storage':{'bucket':'b','endpoint':'http://h:99999'}}",
                        List.of("storage.endpoint: " + StorageRules.ENDPOINT)),
                arguments(
                        "{'storage':{'bucket':'b','endpoint':'http://h?x=1'}}",
                        List.of("storage.endpoint: " + StorageRules.ENDPOINT)),
                arguments(
                        "{'storage':{'bucket':'b','endpoint':'http://'}}",
                        List.of("storage.endpoint: " + StorageRules.ENDPOINT)),
                arguments(
                        "{'storage':{'bucket':'b','key_prefix':'a/../b'}}",
                        List.of("storage.key_prefix: " + StorageRules.KEY_PREFIX)),
                arguments(
                        "{'storage':{'bucket':'b','key_prefix':'a//b'}}",
                        List.of("storage.key_prefix: " + StorageRules.KEY_PREFIX)),
                arguments("{'storage':{'bucket':'b','path':'p'}}", List.of("storage.path: belongs to type file")),
                arguments(
                        "{'storage':{'type':'file','bucket':'b','endpoint':'http://h'}}",
                        List.of("storage.bucket: belongs to type s3", "storage.endpoint: belongs to type s3")),
                arguments(
                        "{'storage':{'type':'file','env_dir':'a\\u0000b'}}", List.of("storage.env_dir: is not a path")),
                // directories
                arguments(
                        "{'storage':{'type':'file','env_dir':'.'}}",
                        List.of(
                                "storage.env_dir: the data directory may not be it or lie in it",
                                "storage.path: env_dir and the store may not contain each other")),
                arguments(
                        "{'storage':{'bucket':'b','env_dir':'..'}}",
                        List.of("storage.env_dir: the data directory may not be it or lie in it")),
                arguments(
                        "{'storage':{'bucket':'b','env_dir':'/'}}",
                        List.of("storage.env_dir: the data directory may not be it or lie in it")),
                arguments(
                        "{'storage':{'bucket':'b','env_dir':'journal/x'}}",
                        List.of("storage.env_dir: lies where the manager keeps its own files")),
                arguments(
                        "{'storage':{'bucket':'b','env_dir':'objects'}}",
                        List.of("storage.env_dir: lies where the manager keeps its own files")),
                arguments(
                        "{'storage':{'type':'file','path':'env/store'}}",
                        List.of("storage.path: env_dir and the store may not contain each other")),
                arguments(
                        "{'storage':{'type':'file','path':'cache'}}",
                        List.of("storage.path: lies where the manager keeps its own files")),
                arguments(
                        "{'storage':{'type':'file','path':'.','env_dir':'/somewhere/else'}}",
                        List.of("storage.path: the data directory may not be it or lie in it")),
                // times, sizes, numbers
                arguments("{'lease':{'ttl':30}," + FILE + "}", List.of("lease.ttl: " + DURATION)),
                arguments("{'lease':{'ttl':'30'}," + FILE + "}", List.of("lease.ttl: " + DURATION)),
                arguments("{'lease':{'ttl':'-30s'}," + FILE + "}", List.of("lease.ttl: " + DURATION)),
                arguments("{'lease':{'ttl':'30s1h'}," + FILE + "}", List.of("lease.ttl: " + DURATION)),
                arguments(
                        "{'lease':{'ttl':'20s','margin':'5s','lead':'2s'}," + FILE + "}",
                        List.of("lease.ttl: more than three times margin and lead together is needed")),
                arguments(
                        "{'lease':{'ttl':'500ms','lead':'1ms','margin':'0s'}," + FILE + "}",
                        List.of("lease.ttl: at least 1s is needed")),
                arguments("{'lease':{'lead':'0s'}," + FILE + "}", List.of("lease.lead: at least 1ms is needed")),
                arguments(
                        "{'lease':{'on_lease_loss':'panic'}," + FILE + "}",
                        List.of("lease.on_lease_loss: freeze, stop or continue is expected")),
                arguments(
                        "{'lease':{'start_without_lease':'yes'}," + FILE + "}",
                        List.of("lease.start_without_lease: true or false is expected")),
                arguments(
                        "{'supervisor':{'timeout_stop':'400d'}," + FILE + "}",
                        List.of("supervisor.timeout_stop: at most 8784h is allowed")),
                arguments(
                        "{'replication':{'max_wal':1073741824}," + FILE + "}",
                        List.of("replication.max_wal: a size like 64KiB or 1GiB is expected")),
                arguments(
                        "{'replication':{'max_wal':'1GB'}," + FILE + "}",
                        List.of("replication.max_wal: a size like 64KiB or 1GiB is expected")),
                arguments(
                        "{'replication':{'max_wal':'1KiB'}," + FILE + "}",
                        List.of("replication.max_wal: at least 1MiB is needed")),
                arguments(
                        "{'proxy':{'hold_requests':'1'}," + FILE + "}",
                        List.of("proxy.hold_requests: a whole number is expected")),
                arguments(
                        "{'proxy':{'hold_requests':1.5}," + FILE + "}",
                        List.of("proxy.hold_requests: a whole number is expected")),
                arguments(
                        "{'proxy':{'hold_requests':-1}," + FILE + "}",
                        List.of("proxy.hold_requests: a number from 0 to 1000000 is expected")),
                arguments(
                        "{'checkpoints':{'keep_last':0,'auto_interval':'10ms'}," + FILE + "}",
                        List.of(
                                "checkpoints.auto_interval: at least 1s is needed, or 0s for none",
                                "checkpoints.keep_last: a number from 1 to 1000000 is expected")),
                arguments("{'files':{'exclude':['a',' ']}," + FILE + "}", List.of("files.exclude[1]: is empty")),
                arguments(
                        "{'log':{'level':'loud'}," + FILE + "}",
                        List.of("log.level: error, warn, info, debug or trace is expected")),
                // processes
                arguments("{'processes':{'web':{}}," + FILE + "}", List.of("processes.web.command: is required")),
                arguments(
                        "{'processes':{'web':{'command':'x'}}," + FILE + "}",
                        List.of("processes.web.command: an array of texts is expected")),
                arguments(
                        "{'processes':{'web':{'command':['']}}," + FILE + "}",
                        List.of("processes.web.command[0]: is empty")),
                arguments(
                        "{'processes':{'web':{'command':['a',5]}}," + FILE + "}",
                        List.of("processes.web.command[1]: a text is expected")),
                arguments(
                        "{'processes':{'web':{'command':['a','b\\u0000']}}," + FILE + "}",
                        List.of("processes.web.command[1]: holds a zero byte")),
                arguments(
                        "{'processes':{'../x':{'command':['a']}}," + FILE + "}",
                        List.of(
                                "processes.../x: a process's name has letters, digits, '.', '_' and '-', begins with a letter or digit and has at most 128")),
                arguments(
                        "{'processes':{'web':{'command':['a'],'env':{'1A':'x','STATE_MANAGER_ENV_DIR':'y','N':4}}},"
                                + FILE + "}",
                        List.of(
                                "processes.web.env.1A: is not the name of a variable",
                                "processes.web.env.STATE_MANAGER_ENV_DIR: is set by the manager",
                                "processes.web.env.N: a text is expected")),
                arguments(
                        "{'processes':{'web':{'command':['a'],'restart':'sometimes','color':1}}," + FILE + "}",
                        List.of(
                                "processes.web.restart: always, on-failure or never is expected",
                                "processes.web.color: unknown member")),
                // all at once
                arguments(
                        "{'name':'X','storage':{'bucket':'b','access_key':'k'},'lease':{'ttl':5},'processes':{'web':{}},'bogus':1}",
                        List.of(
                                "name: " + NAME,
                                "storage.secret_key: is missing beside access_key",
                                "lease.ttl: " + DURATION,
                                "processes.web.command: is required",
                                "bogus: unknown member")));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyFaultIsNamedAtItsPlace(String document, List<String> faults) {
        CommandException failure = fails(document);

        assertThat(failure.code()).isEqualTo(FailureCode.INVALID_CONFIGURATION);
        assertThat(failure.faults().stream().map(fault -> fault.path() + ": " + fault.message()))
                .containsExactlyInAnyOrderElementsOf(faults);
        assertThat(Problem.of(failure).toString()).doesNotContain("hunter2");
    }

    @Test
    void aLinkDoesNotHideWhereADirectoryLies() throws Exception {
        Files.createSymbolicLink(dataDir.resolve("elsewhere"), dataDir);

        assertThat(fails("{'storage':{'bucket':'b','env_dir':'elsewhere/journal'}}")
                        .detail())
                .isEqualTo("storage.env_dir: lies where the manager keeps its own files");
    }

    private CommandException fails(String document) {
        return catchThrowableOfType(
                CommandException.class, () -> Configuration.read(Documents.document(document), dataDir));
    }
}
