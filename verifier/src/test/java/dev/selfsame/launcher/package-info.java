/** The launcher and the built program, run as a user runs them. */
package dev.selfsame.launcher;
