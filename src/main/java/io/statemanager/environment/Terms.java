package io.statemanager.environment;

import io.statemanager.bus.CheckpointCommands;
import io.statemanager.bus.LeaseCommands;
import io.statemanager.bus.Owned;
import io.statemanager.config.Configuration;
import io.statemanager.config.EnvironmentCommands.Adopt;
import io.statemanager.config.Stack;
import java.nio.file.Path;
import java.util.List;

/**
 * Under which terms an environment is taken over.
 *
 * @param configuration the configuration in force
 * @param dataDir our own directory, absolute
 * @param owner this machine's name, shown to others who wait
 * @param adopt what to do where local files meet a store that does not know them; null where nothing was said
 * @param patient whether to wait for a lease that somebody holds (false while a configuration is applied)
 * @param probe whether the store is probed for what it honours
 */
record Terms(Configuration configuration, Path dataDir, String owner, Adopt adopt, boolean patient, boolean probe) {

    boolean has(Stack stack) {
        return configuration.has(stack);
    }

    Path envDir() {
        return configuration.storage().envDir();
    }

    /** The same for one look instead of a wait. */
    Terms impatient() {
        return new Terms(configuration, dataDir, owner, adopt, false, probe);
    }

    LeaseCommands.Seek seek(List<String> ownNonces) {
        var lease = configuration.lease();
        return new LeaseCommands.Seek(
                configuration.name(),
                owner,
                has(Stack.LEASER),
                lease.ttl().toMillis(),
                lease.margin().toMillis(),
                lease.lead().toMillis(),
                lease.onLeaseLoss().name().toLowerCase(java.util.Locale.ROOT),
                ownNonces,
                patient,
                lease.startWithoutLease());
    }

    CheckpointCommands.Open checkpoints(Owned owned) {
        var storage = configuration.storage();
        return new CheckpointCommands.Open(
                owned,
                storage.password() == null ? "" : storage.password().reveal(),
                configuration.files().exclude(),
                has(Stack.FILES),
                has(Stack.DB),
                configuration.checkpoints().maxPause().toMillis());
    }
}
