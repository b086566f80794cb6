package io.vpccni.ipamd.config;

/**
 * This is what the runtime's plugin chain is rendered from.
 *
 * @param template path of the chart's own conflist; empty for the built-in one
 * @param securityGroupMode for the plugin's {@code podSGEnforcingMode}
 * @param egressLogFile of the family that egress is for
 * @param egressEnabled whether pods reach the other family through the node
 * @param bandwidth {@code ENABLE_BANDWIDTH_PLUGIN}
 * @param tuning {@code DISABLE_POD_V6}
 * @param restored whether a list that others remove or change is put back
 * @param binaries folder of the plugins on the host, asked for their versions
 */
public record ConflistConfig(
    String template,
    String securityGroupMode,
    String pluginLogFile,
    String pluginLogLevel,
    String egressLogFile,
    boolean egressEnabled,
    boolean bandwidth,
    boolean tuning,
    boolean restored,
    String binaries) {}
