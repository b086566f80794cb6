package io.vpccni.ipamd;

import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.Targets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** These are the settings of an operator who sets nothing, as tests of single parts need them. */
public final class DefaultSettings {
  public static final Ec2Settings.Transport DIRECT =
      new Ec2Settings.Transport(Optional.empty(), "", "", "");

  private DefaultSettings() {}

  public static PoolSettings pool() {
    return new PoolSettings(
        AddressKind.SECONDARY_IP,
        new Targets(1, 0, 0, 0),
        Duration.ofSeconds(30),
        PoolSettings.Waiting.DEFAULT,
        new PoolSettings.EniUse(false, false, false, PoolSettings.EniUse.AT_ONCE),
        new PoolSettings.Ec2Access(true, false, false),
        Optional.empty());
  }

  public static Ec2Settings ec2() {
    return new Ec2Settings(
        new Ec2Settings.Connection(
            Optional.empty(),
            Duration.ofSeconds(10),
            Ec2Settings.DEFAULT_OVERALL_TIMEOUT,
            "",
            DIRECT),
        new Ec2Settings.Tagging("", Map.of(), true),
        new Ec2Settings.Networking(false, false, true, false),
        new Ec2Settings.Access(true, false, true));
  }
}
