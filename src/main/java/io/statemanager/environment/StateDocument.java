package io.statemanager.environment;

/**
 * {@code state.json}: whose state is on this disk.
 *
 * @param format 1
 * @param environmentId of the environment whose lease this directory took last, null before the first
 * @param owned the highest generation that this directory has owned (not one that it was about to acquire)
 * @param content the acquisition whose state the tree holds; null where it holds nobody's
 * @param torn whether the tree is half replaced: it is discarded then, since what was there is safe in the store
 * @param commit the newest line commit that the tree contains, null for none
 * @param acquiring the acquisition that was about to be made, written before the lease's compare-and-swap; null before the first
 * @param released whether the lease was released by command: the processes stay down until it is acquired by command
 * @param machine where this was written
 */
record StateDocument(
        int format,
        String environmentId,
        long owned,
        Acquisition content,
        boolean torn,
        String commit,
        Acquiring acquiring,
        boolean released,
        Machine machine) {
    static final int FORMAT = 1;

    /** One taking of the lease; generation and nonce are compared together. */
    record Acquisition(long generation, String nonce) {
        boolean is(Long otherGeneration, String otherNonce) {
            return otherGeneration != null && generation == otherGeneration && nonce.equals(otherNonce);
        }
    }

    /** @param over whether the lease being replaced is that of {@code content}, or of an earlier acquiring with {@code over} */
    record Acquiring(long generation, String nonce, boolean over) {}

    /** What tells this machine, boot and directory from a copy of them; inode numbers are of the lock file and of the environment directory. */
    record Machine(String boot, long lockDevice, long lockInode, long envDevice, long envInode) {
        /** The same boot and the same data directory. */
        boolean sameDirectory(Machine other) {
            return other != null
                    && boot.equals(other.boot)
                    && lockDevice == other.lockDevice
                    && lockInode == other.lockInode;
        }

        /** Likewise, and the same environment directory. */
        boolean sameTree(Machine other) {
            return sameDirectory(other) && envDevice == other.envDevice && envInode == other.envInode;
        }
    }

    static StateDocument fresh() {
        return new StateDocument(FORMAT, null, 0, null, false, null, null, false, null);
    }

    /** Before the compare-and-swap. The machine is recorded only where there is no content whose origin it would hide. */
    StateDocument acquiring(String environment, Acquiring next, Machine here) {
        return new StateDocument(
                format, environment, owned, content, torn, commit, next, released, content == null ? here : machine);
    }

    /** After it. */
    StateDocument owning(long generation) {
        return new StateDocument(
                format,
                environmentId,
                Math.max(owned, generation),
                content,
                torn,
                commit,
                acquiring,
                released,
                machine);
    }

    /** From now on the tree is replaced: nothing in it is to keep. */
    StateDocument tornFrom(Machine here) {
        Acquiring spent = acquiring == null ? null : new Acquiring(acquiring.generation(), acquiring.nonce(), false);
        return new StateDocument(format, environmentId, owned, null, true, null, spent, released, here);
    }

    /** The tree is ours and complete. */
    StateDocument settled(Acquisition ours, String newestCommit, Machine here) {
        return new StateDocument(format, environmentId, owned, ours, false, newestCommit, acquiring, false, here);
    }

    /** A directory that was refused before anything was settled belongs to no environment. */
    StateDocument unbound() {
        return content == null && !torn
                ? new StateDocument(format, null, 0, null, false, null, null, released, null)
                : this;
    }

    StateDocument committed(String id) {
        return new StateDocument(format, environmentId, owned, content, torn, id, acquiring, released, machine);
    }

    StateDocument released(boolean now) {
        return new StateDocument(format, environmentId, owned, content, torn, commit, acquiring, now, machine);
    }
}
