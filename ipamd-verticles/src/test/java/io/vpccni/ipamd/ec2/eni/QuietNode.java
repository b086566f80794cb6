package io.vpccni.ipamd.ec2.eni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Reply.Described;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.ExpectedReplies;
import io.vpccni.ipamd.ec2.api.RecordingListener;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.retry.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** The EC2 side of a node in virtual time, with an EC2 that answers at once and keeps its calls. */
final class QuietNode {
  static final CreateEni NEW_ENI = new CreateEni(0, AddressKind.SECONDARY_IP, 1, Optional.empty());
  static final Ec2Settings DEFAULTS = DefaultSettings.ec2();

  final VirtualTime time = new VirtualTime();
  final FakeEc2Api ec2 = new FakeEc2Api();

  /** This is how far the wall clock of the node is ahead of the right time. */
  Duration wallClockAhead = Duration.ZERO;

  final RecordingListener heard = new RecordingListener();

  Ec2RequestHandler service(Ec2Settings settings) {
    return new Ec2RequestHandler(
        new Ec2Context(
            FakeEc2Api.NODE,
            Optional.empty(),
            settings,
            ec2,
            ec2,
            time,
            () -> time.instant().plus(wallClockAhead),
            new SplittableRandom(7),
            heard));
  }

  /** Returns the same, after EC2 has been asked for the first time. */
  Ec2RequestHandler started(Ec2Settings settings) {
    var service = service(settings);
    assertThat(service.describe().result()).isInstanceOf(Described.class);
    return service;
  }

  static Ec2Settings settings(boolean provisioning, boolean imdsOnly, boolean cleanup) {
    return new Ec2Settings(
        DEFAULTS.connection(),
        DEFAULTS.tagging(),
        DEFAULTS.networking(),
        new Ec2Settings.Access(provisioning, imdsOnly, cleanup));
  }

  static Ec2Settings withTags(Map<String, String> additional) {
    return new Ec2Settings(
        DEFAULTS.connection(),
        new Ec2Settings.Tagging(
            DEFAULTS.tagging().cluster(), additional, DEFAULTS.tagging().manageUntagged()),
        DEFAULTS.networking(),
        DEFAULTS.access());
  }

  static List<EniId> ids(Ec2RequestHandler service) {
    return ExpectedReplies.described(service.describe().result()).stream()
        .map(eni -> eni.id())
        .toList();
  }

  /** Returns the tags of another node's ENI of that age. */
  Map<String, String> created(Duration ago) {
    return Map.of(
        EniTags.INSTANCE, "i-other", EniTags.CREATED, EniTags.createdAt(time.instant().minus(ago)));
  }
}
