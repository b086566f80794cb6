package io.vpccni.ipamd.kubernetes.service;

import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vpccni.ipamd.kubernetes.WarningEvent;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Sends events about the agent's own pod; it blocks. */
final class OwnEvents {
  private static final int LONGEST_NOTE = 1024;
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final KubernetesClient client;
  private final KubernetesSettings settings;
  private final PodObjects pods;

  OwnEvents(KubernetesClient client, KubernetesSettings settings, PodObjects pods) {
    this.client = client;
    this.settings = settings;
    this.pods = pods;
  }

  void emit(WarningEvent event, Instant now) {
    var pod = pods.read(settings.podNamespace(), settings.podName());
    var regarding =
        new ObjectReferenceBuilder()
            .withApiVersion("v1")
            .withKind("Pod")
            .withNamespace(settings.podNamespace())
            .withName(settings.podName());
    pod.ifPresent(own -> regarding.withUid(own.getMetadata().getUid()));
    var note = event.note();
    client
        .events()
        .v1()
        .events()
        .inNamespace(settings.podNamespace())
        .resource(
            new EventBuilder()
                .withNewMetadata()
                .withNamespace(settings.podNamespace())
                .withName(settings.podName() + "." + Long.toHexString(now.toEpochMilli() * 1000))
                .endMetadata()
                .withType("Warning")
                .withReason(event.reason())
                .withAction(event.action())
                .withNote(note.length() > LONGEST_NOTE ? note.substring(0, LONGEST_NOTE) : note)
                .withRegarding(regarding.build())
                .withReportingController("aws-node")
                .withReportingInstance(settings.podName())
                .withEventTime(new MicroTime(MICROS.format(now)))
                .build())
        .create();
  }
}
