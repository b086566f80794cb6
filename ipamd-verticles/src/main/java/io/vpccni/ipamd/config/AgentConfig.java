package io.vpccni.ipamd.config;

import io.vpccni.ipamd.pool.PoolSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Holds every setting of the agent.
 *
 * @param ipv6 whether pods get IPv6 addresses; otherwise IPv4
 * @param pool as the operator wants it; prefixes may have to give way to single addresses once the
 *     instance type is known
 * @param maxEni {@code MAX_ENI}, 1 or more; absent where only the instance type limits
 * @param policyMode what {@code NETWORK_POLICY_ENFORCING_MODE} says, as it was typed; absent: the
 *     policy agent is never called
 */
public record AgentConfig(
    boolean ipv6,
    PoolSettings pool,
    OptionalInt maxEni,
    Features features,
    HostConfig host,
    AwsConfig aws,
    ClusterConfig cluster,
    ConflistConfig conflist,
    ProcessConfig process,
    Optional<String> policyMode) {

  /**
   * @param config what is in force
   * @param problems what could not be used
   * @param effective every setting by the operator's own name, with the value in force
   */
  public record Parsed(AgentConfig config, List<Problem> problems, Map<String, Object> effective) {
    public Parsed {
      problems = List.copyOf(problems);
      effective = Map.copyOf(effective);
    }
  }

  /**
   * Reads all settings and collects all problems.
   *
   * @throws Refused where the reference refuses to start, with every reason
   */
  public static Parsed parse(Map<String, String> env) {
    return Settings.parse(env);
  }
}
