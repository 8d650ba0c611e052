"""Rules about changes of code that workflows in flight do not survive: the 6xx family."""
