package io.statemanager.config;

import java.time.Duration;

/**
 * How ownership is kept. The lease is renewed each third of its time.
 *
 * @param ttl how long a lease lasts from the start of its last renewal
 * @param margin what a contender waits beyond it, and what durability keeps away from its end
 * @param lead how long before the end the holder freezes its processes
 * @param onLeaseLoss what happens to the processes then
 * @param startWithoutLease whether processes start when the store cannot be reached and the owner is therefore unknown
 */
public record LeaseSettings(
        Duration ttl, Duration margin, Duration lead, OnLeaseLoss onLeaseLoss, boolean startWithoutLease) {
    public LeaseSettings {
        // One renewal may fail: the next comes at two thirds, and needs what is left before the freeze.
        boolean room = margin.plus(lead).multipliedBy(3).compareTo(ttl) < 0;
        new Rules()
                .atLeast(Duration.ofSeconds(1), "ttl", ttl)
                .require(room, "ttl", "more than three times margin and lead together is needed")
                .notNegative("margin", margin)
                .atLeast(Duration.ofMillis(1), "lead", lead)
                .hold();
    }

    static LeaseSettings read(Section section) {
        Duration ttl = section.duration("ttl", Defaults.LEASE_TTL);
        Duration margin = section.duration("margin", Defaults.leaseMargin(ttl));
        Duration lead = section.duration("lead", Defaults.leaseLead(ttl));
        OnLeaseLoss onLeaseLoss = section.choice("on_lease_loss", OnLeaseLoss.class, Defaults.ON_LEASE_LOSS);
        boolean startWithoutLease = section.flag("start_without_lease", false);
        return section.end().build(() -> new LeaseSettings(ttl, margin, lead, onLeaseLoss, startWithoutLease));
    }
}
