package dev.selfsame.deploy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * One step of a plan. Which there are, and in which order, is its target's business; the words are
 * everybody's. Each can be carried out again where nobody knows whether it was.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "step")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Step.Bring.class, name = "bring"),
  @JsonSubTypes.Type(value = Step.Create.class, name = "create"),
  @JsonSubTypes.Type(value = Step.Configure.class, name = "configure"),
  @JsonSubTypes.Type(value = Step.Check.class, name = "check"),
  @JsonSubTypes.Type(value = Step.Halt.class, name = "halt"),
  @JsonSubTypes.Type(value = Step.Start.class, name = "start"),
  @JsonSubTypes.Type(value = Step.Prove.class, name = "prove"),
  @JsonSubTypes.Type(value = Step.Health.class, name = "health"),
  @JsonSubTypes.Type(value = Step.Switch.class, name = "switch"),
  @JsonSubTypes.Type(value = Step.Watch.class, name = "watch"),
  @JsonSubTypes.Type(value = Step.Retire.class, name = "retire")
})
public sealed interface Step {
  /** One line for people, without any secret. */
  String what();

  /** The word for it, such as {@code create}. */
  default String word() {
    return switch (this) {
      case Bring _ -> "bring";
      case Create _ -> "create";
      case Configure _ -> "configure";
      case Check _ -> "check";
      case Halt _ -> "halt";
      case Start _ -> "start";
      case Prove _ -> "prove";
      case Health _ -> "health";
      case Switch _ -> "switch";
      case Watch _ -> "watch";
      case Retire _ -> "retire";
    };
  }

  /** A step from which there is a way back to the old one. */
  sealed interface Forward extends Step {}

  /** The promoted bytes come to the target, verified; nothing that runs is touched. */
  record Bring(String what) implements Forward {}

  /** A place for the new one is made beside the old one. */
  record Create(String what) implements Forward {}

  /** The configuration is written. */
  record Configure(String what) implements Forward {}

  /** The bytes that will be executed are read back where they stand, and hashed. */
  record Check(String what) implements Forward {}

  /** The old one is stopped, since both cannot run at once. */
  record Halt(String what) implements Forward {}

  /** The new one is started. */
  record Start(String what) implements Forward {}

  /** The bytes that do run are hashed. */
  record Prove(String what) implements Forward {}

  /** It has to say that it is well, and ready. */
  record Health(String what) implements Forward {}

  /** Work comes to the new one from now on. */
  record Switch(String what) implements Forward {}

  /** The old one stays at hand while the new one works. */
  record Watch(String what) implements Forward {}

  /** The old one goes. There is no way back from here but another deployment. */
  record Retire(String what) implements Step {}
}
