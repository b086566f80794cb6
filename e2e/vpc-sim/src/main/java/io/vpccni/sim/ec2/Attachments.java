package io.vpccni.sim.ec2;

import io.vpccni.sim.ec2.Attachment.Status;
import io.vpccni.sim.ec2.EniCall.AttachNetworkInterface;
import io.vpccni.sim.ec2.EniCall.DetachNetworkInterface;
import java.util.Locale;
import java.util.Optional;

/** Attaches ENIs to instances and detaches them, both of which take time. */
final class Attachments {
  private Attachments() {}

  static Ec2Answer attach(Transaction transaction, AttachNetworkInterface call) {
    var eni = transaction.eni(call.eniId());
    var instance = transaction.instance(call.instanceId());
    if (!instance.running()) {
      throw ApiError.of(
          "IncorrectState", "Instance '" + instance.id() + "' is not 'running' or 'stopped'");
    }
    if (eni.attachment().isPresent()) {
      throw ApiError.of("InvalidNetworkInterface.InUse", "Interface: [" + eni.id() + "] in use.");
    }
    if (!eni.zone().equals(instance.zone())) {
      throw ApiError.combination(
          "You may not attach a network interface in "
              + eni.zone()
              + " to an instance in "
              + instance.zone());
    }
    checkSlot(transaction, call, instance);
    Limits.check(eni, transaction.typeOf(instance));
    var attachment =
        new Attachment(
            transaction.newId("eni-attach"),
            instance.id(),
            call.deviceIndex(),
            call.card(),
            Status.ATTACHING,
            transaction.now(),
            transaction.now().plus(transaction.context().rules().attaching()),
            false);
    plug(transaction, eni, attachment);
    return new Ec2Answer.EniAttachment(attachment.id(), call.card());
  }

  /** Begins an attachment; without a delay it is attached at once. */
  static void plug(Transaction transaction, Eni eni, Attachment attachment) {
    var plugged = eni.withAttachment(Optional.of(attachment));
    transaction.put(plugged);
    settle(transaction, plugged);
  }

  private static void checkSlot(
      Transaction transaction, AttachNetworkInterface call, Instance instance) {
    var cards = transaction.typeOf(instance).cards();
    if (call.card() < 0 || call.card() >= cards.size()) {
      throw ApiError.invalid(
          "Network card index " + call.card() + " is not valid for type " + instance.type());
    }
    var there =
        transaction
            .state()
            .enisOf(instance.id())
            .flatMap(eni -> eni.attachment().stream())
            .filter(at -> at.card() == call.card())
            .toList();
    if (there.stream().anyMatch(at -> at.deviceIndex() == call.deviceIndex())) {
      throw ApiError.invalid(
          "Instance '%s' already has an interface attached at device index '%d'."
              .formatted(instance.id(), call.deviceIndex()));
    }
    if (there.size() >= cards.get(call.card())) {
      throw ApiError.of(
          "AttachmentLimitExceeded",
          "Interface count %d exceeds the limit for %s"
              .formatted(there.size() + 1, instance.type()));
    }
  }

  static Ec2Answer detach(Transaction transaction, DetachNetworkInterface call) {
    var eni =
        transaction.state().enis().stream()
            .filter(
                e -> e.attachment().filter(at -> at.id().equals(call.attachmentId())).isPresent())
            .findFirst()
            .orElseThrow(
                () ->
                    ApiError.of(
                        "InvalidAttachmentID.NotFound",
                        "The attachment '" + call.attachmentId() + "' does not exist"));
    var attachment = eni.attachment().orElseThrow();
    if (attachment.primary()) {
      throw ApiError.of(
          "OperationNotPermitted", "The network interface at device index 0 cannot be detached.");
    }
    if (attachment.status() == Status.DETACHING) {
      throw ApiError.of(
          "IncorrectState",
          "The attachment is in state " + attachment.status().name().toLowerCase(Locale.ROOT));
    }
    var leaving =
        eni.withAttachment(
            Optional.of(
                attachment.withStatus(
                    Status.DETACHING,
                    transaction.now().plus(transaction.context().rules().detaching()))));
    transaction.put(leaving);
    // The guest loses a device it had; one that was still on its way in was never told.
    if (attachment.status() == Status.ATTACHED) {
      transaction.tell(detached(eni, attachment));
    }
    settle(transaction, leaving);
    return new Ec2Answer.Done();
  }

  /** Finishes the change of state that is due by now, if there is one. */
  static void settle(Transaction transaction, Eni eni) {
    var due = eni.attachment().filter(at -> !at.changesAt().isAfter(transaction.now()));
    if (due.isEmpty()) {
      return;
    }
    var attachment = due.get();
    switch (attachment.status()) {
      case ATTACHED -> {}
      case ATTACHING -> {
        transaction.put(
            eni.withAttachment(
                Optional.of(attachment.withStatus(Status.ATTACHED, attachment.changesAt()))));
        transaction.tell(
            new Effect.EniAttached(
                attachment.instanceId(),
                eni.id(),
                eni.subnetId(),
                eni.mac(),
                attachment.deviceIndex(),
                attachment.card()));
      }
      case DETACHING -> transaction.put(eni.withAttachment(Optional.empty()));
    }
  }

  static Effect detached(Eni eni, Attachment attachment) {
    return new Effect.EniDetached(
        attachment.instanceId(), eni.id(), eni.mac(), attachment.deviceIndex(), attachment.card());
  }
}
