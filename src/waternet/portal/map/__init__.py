"""The neutral map: land, water and stations; no borders, no names of states."""
