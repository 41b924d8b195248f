package io.statemanager.environment;

/**
 * Whose state is it: the decision at every start, from facts alone. Pure; the numbers are those of the documentation's state rules.
 */
final class StateRules {
    private StateRules() {}

    /** What is to be done with the local tree. */
    enum Decision {
        /** Rule 1: nothing local; the newest state is restored. */
        RESTORE,
        /** Rule 2: local state of the last generation on the same machine; it contains everything. */
        KEEP,
        /** Rule 2 with a restore that was under way: it is finished. */
        FINISH_RESTORE,
        /** Rule 3: local state of the last generation from elsewhere; what is proven is kept. */
        PROVE,
        /** Rule 4: older local state: saved as stale-…, then replaced. */
        SAVE_AND_RESTORE,
        /** The tree is half replaced and holds nothing that the store has not: replaced. */
        DISCARD_AND_RESTORE,
        /** Rule 5, new environment, or {@code adopt: local}: local files become the line. */
        ADOPT_LOCAL,
        /** Rule 5: the store knows other state, and nobody said which counts. */
        REFUSE
    }

    /**
     * @param empty nothing local exists
     * @param everSettled {@code state.json} has content
     * @param torn it says that the tree is half replaced
     * @param lastGeneration the content is that of the lease which was replaced ({@code acquiring.over})
     * @param sameTree same boot, data directory and environment directory as recorded
     * @param journal a restore was under way
     * @param journalBegan it says that its line commit was confirmed, so that the tree may be half replaced
     * @param journalCommitted its line commit is the newest state
     * @param storeKnows the store has any state of this environment
     * @param adopt {@code local}, {@code remote} or null
     */
    record Facts(
            boolean empty,
            boolean everSettled,
            boolean torn,
            boolean lastGeneration,
            boolean sameTree,
            boolean journal,
            boolean journalBegan,
            boolean journalCommitted,
            boolean storeKnows,
            String adopt) {}

    static Decision decide(Facts facts) {
        if (facts.empty()) {
            return Decision.RESTORE;
        }
        if (facts.torn()) {
            return Decision.DISCARD_AND_RESTORE;
        }
        if (facts.journal() && !(facts.lastGeneration() && facts.sameTree())) {
            return Decision.DISCARD_AND_RESTORE;
        }
        if (facts.journal() && facts.journalCommitted()) {
            return Decision.FINISH_RESTORE;
        }
        if (facts.journal() && facts.journalBegan()) {
            return Decision.DISCARD_AND_RESTORE;
        }
        // A journal whose line commit is not there: the restore never began, and the tree is whole.
        if (!facts.everSettled()) {
            return unknownFiles(facts);
        }
        if (!facts.lastGeneration()) {
            return Decision.SAVE_AND_RESTORE;
        }
        return facts.sameTree() ? Decision.KEEP : Decision.PROVE;
    }

    private static Decision unknownFiles(Facts facts) {
        if (!facts.storeKnows() || "local".equals(facts.adopt())) {
            return Decision.ADOPT_LOCAL;
        }
        return "remote".equals(facts.adopt()) ? Decision.SAVE_AND_RESTORE : Decision.REFUSE;
    }
}
