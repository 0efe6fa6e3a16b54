"""What is known and decided; the only room that speaks SQL."""
