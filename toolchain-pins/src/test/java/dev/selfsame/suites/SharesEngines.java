package dev.selfsame.suites;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A test class whose containers, networks, volumes and images are nobody else's, and that asks an
 * engine for nothing but these: other such classes may have the engines at the same time. An image
 * is somebody else's too where the same bytes give the same digest.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface SharesEngines {}
