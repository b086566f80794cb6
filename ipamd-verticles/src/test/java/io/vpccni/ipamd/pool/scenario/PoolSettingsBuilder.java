package io.vpccni.ipamd.pool.scenario;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.util.Optional;

/** The defaults, except for what a test says. */
public final class PoolSettingsBuilder {
  private PoolSettings base = DefaultSettings.pool();
  private Duration cooldown = base.cooldown();
  private int maxWaiting = base.waiting().calls();
  private boolean customNetworking;
  private boolean manageNonSchedulable;
  private boolean provisioning = true;
  private boolean imdsOnly;
  private boolean reserveTrunk;
  private boolean multiNic;
  private int createdAtOnce = base.enis().createdAtOnce();
  private Optional<Cidr> egress = Optional.empty();

  private PoolSettingsBuilder() {}

  public static PoolSettingsBuilder settings() {
    return new PoolSettingsBuilder();
  }

  public PoolSettingsBuilder kind(AddressKind kind) {
    base = base.withKind(kind);
    return this;
  }

  public PoolSettingsBuilder targets(Targets targets) {
    base = base.withTargets(targets);
    return this;
  }

  public PoolSettingsBuilder cooldown(Duration rest) {
    cooldown = rest;
    return this;
  }

  public PoolSettingsBuilder maxWaiting(int calls) {
    maxWaiting = calls;
    return this;
  }

  public PoolSettingsBuilder customNetworking() {
    customNetworking = true;
    return this;
  }

  public PoolSettingsBuilder manageNonSchedulable() {
    manageNonSchedulable = true;
    return this;
  }

  public PoolSettingsBuilder provisioningOff() {
    provisioning = false;
    return this;
  }

  public PoolSettingsBuilder imdsOnly() {
    imdsOnly = true;
    return this;
  }

  public PoolSettingsBuilder reserveTrunk() {
    reserveTrunk = true;
    return this;
  }

  public PoolSettingsBuilder multiNic() {
    multiNic = true;
    return this;
  }

  public PoolSettingsBuilder createdAtOnce(int enis) {
    createdAtOnce = enis;
    return this;
  }

  public PoolSettingsBuilder egress(Cidr range) {
    egress = Optional.of(range);
    return this;
  }

  public PoolSettings build() {
    return new PoolSettings(
        base.kind(),
        base.targets(),
        cooldown,
        new PoolSettings.Waiting(base.waiting().longest(), maxWaiting),
        new PoolSettings.EniUse(customNetworking, reserveTrunk, multiNic, createdAtOnce),
        new PoolSettings.Ec2Access(provisioning, imdsOnly, manageNonSchedulable),
        egress);
  }
}
