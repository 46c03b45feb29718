"""Write the shipped session anew; a test holds it to what this writes."""
from bridge.capture.mcap import write_session
from bridge.demo_motion.shipped import PATH, demo_session

if __name__ == "__main__":
    write_session(PATH, demo_session())
    print(f"{PATH}: {PATH.stat().st_size} bytes")
