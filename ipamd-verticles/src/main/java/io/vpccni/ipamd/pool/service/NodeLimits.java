package io.vpccni.ipamd.pool.service;

import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.rpc.limits.InstanceLimits;
import java.util.Optional;

/**
 * This is what the instance type makes of the settings.
 *
 * @param kind single addresses where the type takes no prefixes
 * @param problem what a person should know of it
 */
record NodeLimits(Limits limits, AddressKind kind, Optional<ConditionChanged> problem) {
  /** This condition tells of a setting that is not in force. */
  static final String SETTING_IGNORED = "SettingIgnored";

  static NodeLimits of(AgentConfig config, String name, InstanceLimits type) {
    int enis = Math.min(type.eniLimit(), config.maxEni().orElse(Integer.MAX_VALUE));
    int cards = config.features().multiNic() ? type.cardLimits().size() : 1;
    // One of an ENI's addresses is its own.
    var limits = new Limits(enis, type.ipv4Limit() - 1, cards);
    var kind = config.pool().kind();
    if (kind == AddressKind.SECONDARY_IP || type.supportsPrefixes()) {
      return new NodeLimits(limits, kind, Optional.empty());
    }
    boolean ipv6 = kind == AddressKind.IPV6_PREFIX;
    return new NodeLimits(
        limits,
        ipv6 ? kind : AddressKind.SECONDARY_IP,
        Optional.of(
            ConditionChanged.raised(
                SETTING_IGNORED,
                "ENABLE_PREFIX_DELEGATION",
                "NotSupported",
                name
                    + " does not support prefixes, so "
                    + (ipv6 ? "it cannot serve IPv6 pods" : "single addresses are used"))));
  }
}
