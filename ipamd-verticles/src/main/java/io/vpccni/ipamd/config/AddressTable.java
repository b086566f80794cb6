package io.vpccni.ipamd.config;

import static io.vpccni.ipamd.config.Setting.Invalid.REFUSED;
import static io.vpccni.ipamd.config.Setting.Invalid.REPLACED;

import io.vpccni.ipamd.pool.PoolSettings;

/** These are the settings of the address pool. */
final class AddressTable {
  static final Section SECTION = new Section("Addresses");

  static final Setting<Boolean> ENABLE_IPV4 =
      SECTION.flag(
          "ENABLE_IPv4", false, "Pods get IPv4 addresses; exactly one family must be enabled.");
  static final Setting<Boolean> ENABLE_IPV6 =
      SECTION.flag(
          "ENABLE_IPv6",
          false,
          "Pods get IPv6 addresses from /80 prefixes; needs `ENABLE_PREFIX_DELEGATION`.");
  static final Setting<Boolean> PREFIX_DELEGATION =
      SECTION.flag(
          "ENABLE_PREFIX_DELEGATION",
          false,
          "ENIs get /28 prefixes instead of single addresses, where the instance type allows it.");
  static final Setting<Integer> WARM_ENI_TARGET =
      SECTION.number(
          "WARM_ENI_TARGET",
          1,
          Values.count(),
          REPLACED,
          "How many ENIs' worth of free addresses to keep ready; without effect with IP targets or"
              + " prefixes.");
  static final Setting<Integer> WARM_IP_TARGET =
      SECTION.number(
          "WARM_IP_TARGET",
          0,
          Values.count(),
          REPLACED,
          "How many free addresses to keep ready; 0: unset.");
  static final Setting<Integer> MINIMUM_IP_TARGET =
      SECTION.number(
          "MINIMUM_IP_TARGET",
          0,
          Values.count(),
          REPLACED,
          "How many addresses to have at least, free or not; 0: unset.");
  static final Setting<Integer> WARM_PREFIX_TARGET =
      SECTION.number(
          "WARM_PREFIX_TARGET",
          0,
          Values.count(),
          REPLACED,
          "How many prefixes without a pod to keep ready; without effect with IP targets.");
  static final Setting<Integer> MAX_ENI =
      SECTION.number(
          "MAX_ENI",
          0,
          Values.number(1, Integer.MAX_VALUE),
          REPLACED,
          "How many ENIs may be used on each network card at most; 0: what the instance type allows.");
  static final Setting<Integer> ENIS_AT_ONCE =
      SECTION.number(
          "MAX_ENIS_CREATED_AT_ONCE",
          PoolSettings.EniUse.AT_ONCE,
          Values.number(1, 15),
          REPLACED,
          "How many ENIs may be created and attached at the same time where pods that are bound to the"
              + " node need several; ENIs that are only kept ready are created one after the other"
              + " (ours).");
  static final Setting<Integer> COOLDOWN =
      SECTION.number(
          "IP_COOLDOWN_PERIOD",
          30,
          Values.count(),
          REFUSED,
          "Seconds for which a released address rests before another pod may get it.");
  static final Setting<Integer> ADD_WAIT =
      SECTION.number(
          "ADD_WAIT_SECONDS",
          15,
          Values.number(0, 25),
          REPLACED,
          "Seconds for which an ADD waits for an address that is on its way (ours).");
  static final Setting<Boolean> MANAGE_NON_SCHEDULABLE =
      SECTION.flag(
          "AWS_MANAGE_ENIS_NON_SCHEDULABLE",
          false,
          "The pool is also sized while the node is cordoned.");

  private AddressTable() {}
}
