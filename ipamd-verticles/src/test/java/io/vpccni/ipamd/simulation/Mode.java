package io.vpccni.ipamd.simulation;

import static io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder.settings;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.Targets;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** These are the ways to run the pool. */
enum Mode {
  SINGLES_WARM_ENI,
  SINGLES_WARM_IP,
  SINGLES_NO_COOLDOWN,
  PREFIXES_WARM_PREFIX,
  PREFIXES_WARM_IP,
  /** Each restart switches between single addresses and prefixes, with pods running. */
  TOGGLING,
  CUSTOM_NETWORKING,
  TWO_CARDS,
  IPV6,
  /** Many pods come at once, for which a larger instance creates several ENIs at the same time. */
  BURSTS;

  /** Returns how many network cards the instance has. */
  int cards() {
    return this == TWO_CARDS ? 2 : 1;
  }

  /** Returns one of the types that {@link SimulatedCloud} knows. */
  String instanceType() {
    return switch (this) {
      case TWO_CARDS -> "sim.cards";
      case BURSTS -> "sim.large";
      case SINGLES_WARM_ENI,
          SINGLES_WARM_IP,
          SINGLES_NO_COOLDOWN,
          PREFIXES_WARM_PREFIX,
          PREFIXES_WARM_IP,
          TOGGLING,
          CUSTOM_NETWORKING,
          IPV6 ->
          "sim.small";
    };
  }

  /** Returns how many ENIs each network card may have. */
  int enisPerCard() {
    return this == BURSTS ? 6 : 3;
  }

  /** Returns how many pods there may be at the same time. */
  int pods() {
    return switch (this) {
      case CUSTOM_NETWORKING -> 14;
      case BURSTS -> 46;
      case SINGLES_WARM_ENI,
          SINGLES_WARM_IP,
          SINGLES_NO_COOLDOWN,
          PREFIXES_WARM_PREFIX,
          PREFIXES_WARM_IP,
          TOGGLING,
          TWO_CARDS,
          IPV6 ->
          22;
    };
  }

  PoolSettings poolSettings(RandomGenerator chance) {
    return switch (this) {
      case SINGLES_WARM_ENI ->
          of(AddressKind.SECONDARY_IP, new Targets(chance.nextInt(3), 0, 0, 0));
      case SINGLES_WARM_IP ->
          of(
              AddressKind.SECONDARY_IP,
              new Targets(1, 1 + chance.nextInt(6), chance.nextInt(12), 0));
      case SINGLES_NO_COOLDOWN ->
          settings().targets(new Targets(1, 2, 0, 0)).cooldown(Duration.ZERO).build();
      case PREFIXES_WARM_PREFIX ->
          of(AddressKind.IPV4_PREFIX, new Targets(1, 0, 0, chance.nextInt(3)));
      case PREFIXES_WARM_IP ->
          of(
              AddressKind.IPV4_PREFIX,
              new Targets(1, 1 + chance.nextInt(20), chance.nextInt(30), 1));
      case TOGGLING -> of(AddressKind.SECONDARY_IP, new Targets(1, 3, 0, 1));
      case CUSTOM_NETWORKING -> settings().customNetworking().build();
      case TWO_CARDS -> settings().targets(new Targets(1, 2, 0, 0)).multiNic().build();
      case IPV6 -> of(AddressKind.IPV6_PREFIX, new Targets(1, 0, 0, 1));
      case BURSTS -> of(AddressKind.SECONDARY_IP, new Targets(1, chance.nextInt(4), 0, 0));
    };
  }

  private static PoolSettings of(AddressKind kind, Targets targets) {
    return DefaultSettings.pool().withKind(kind).withTargets(targets);
  }
}
